#!/bin/sh
# A command line without a runtime: `fake run [--dir HOST=GUEST] [--env KEY=VALUE] FILE ARGUMENT…`. It executes nothing; what it does its last
# argument says. `fake: ` begins its own words.
[ "$1" = --version ] && { echo "fake 1.2.3 (of today)"; exit 0; }
for last; do :; done
case "$last" in
    hello) echo "hello, world" ;;
    exit-3) exit 3 ;;
    exit-255) exit 255 ;;
    trap) echo mine; printf mine >&2; echo "fake: trap: unreachable" >&2; exit 1 ;;
    trap-on-stdout) echo mine; echo "fake: trap: unreachable"; exit 1 ;;
    trap-after-a-lie) echo "fake: trap: unreachable" >&2; echo "fake: trap: divide" >&2; exit 1 ;;
    words-of-a-trap) echo "fake: trap: unreachable" >&2; exit 4 ;;
    recurse) echo "fake: stack" >&2; exit 1 ;;
    invalid) echo "fake: invalid module" >&2; exit 1 ;;
    unlinked) echo "fake: no such import" >&2; exit 1 ;;
    cannot) echo "fake: not implemented" >&2; exit 1 ;;
    refuses) echo "fake: i do not want to" >&2; exit 1 ;;
    ambiguous) echo "fake: table" >&2; exit 1 ;;
    die-sigsegv) echo "fake: my last words" >&2; kill -SEGV $$ ;;
    die-sigkill) kill -KILL $$ ;;
    panic) echo "fake: panicked" >&2; exit 101 ;;
    aborted-guest) kill -ABRT $$ ;;
    hang) sleep 3600 & echo $! ; wait ;;
    flood) head -c 3145728 /dev/zero; exit 0 ;;
    flood-and-trap) head -c 3145728 /dev/zero >&2; echo "fake: trap: unreachable" >&2; exit 1 ;;
    leave-a-child) sleep 3600 & echo $! ;;
    leave-a-child-with-setsid) setsid sleep 3600 & echo "hello, world" ;;
    hoard) dd if=/dev/zero of=/dev/null bs=400M count=100 ;;
    read) cat ;;
    read-nothing) echo "hello, world" ;;
    words) shift; for word; do echo "$word"; done ;;
    environment) env | cut -d= -f1 | grep -v -e '^PWD$' -e '^_$' -e '^SHLVL$' -e '^OLDPWD$' | sort; echo "$SAID" ;;
    folder) ls; cat "$(ls)" | head -c 4 | od -An -c | tr -d ' \n' ;;
    *) exit 42 ;;
esac
