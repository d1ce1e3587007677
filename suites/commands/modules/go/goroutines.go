// Goroutines at work: a scheduler, a garbage collector and a folder reader, on the one thread that WebAssembly has. Its arguments are orders,
// carried out one after the other:
//
//	count DIRECTORY       words of every file in it and below, the most frequent ten; a goroutine for each file
//	relay RUNNERS ROUNDS  a number that is handed round by so many goroutines, each adding one
//	wait                  timers, timeouts and tickers
//	recover               run-time panics that are caught
//	deadlock              everybody waits for everybody
package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

func main() {
	orders := os.Args[1:]
	next := func() string {
		if len(orders) == 0 {
			complain("an order, or what belongs to one, is missing", 64)
		}
		word := orders[0]
		orders = orders[1:]
		return word
	}
	for word := next(); ; word = next() {
		switch word {
		case "count":
			count(next())
		case "relay":
			relay(number(next()), number(next()))
		case "wait":
			wait()
		case "recover":
			recovered()
		case "deadlock":
			<-make(chan int)
		default:
			complain("no such order: "+word, 64)
		}
		if len(orders) == 0 {
			return
		}
	}
}

func say(line string) {
	if _, err := os.Stdout.WriteString(line + "\n"); err != nil {
		os.Exit(74)
	}
}

func complain(line string, status int) {
	os.Stderr.WriteString("goroutines: " + line + "\n")
	os.Exit(status)
}

func number(text string) int {
	number, err := strconv.Atoi(text)
	if err != nil {
		complain(err.Error(), 64)
	}
	return number
}

type tally struct {
	file  string
	words map[string]int
	err   error
}

func count(directory string) {
	var files []string
	err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		status := 74
		if errors.Is(err, fs.ErrNotExist) {
			status = 66
		}
		complain(err.Error(), status)
	}

	tallies := make(chan tally)
	var group sync.WaitGroup
	for _, file := range files {
		group.Add(1)
		go func() {
			defer group.Done()
			text, err := os.ReadFile(file)
			words := map[string]int{}
			for _, word := range strings.FieldsFunc(string(text), func(c rune) bool { return !unicode.IsLetter(c) }) {
				words[strings.ToLower(word)]++
			}
			tallies <- tally{file, words, err}
		}()
	}
	go func() {
		group.Wait()
		close(tallies)
	}()

	total := map[string]int{}
	for one := range tallies {
		if one.err != nil {
			complain(one.err.Error(), 74)
		}
		for word, times := range one.words {
			total[word] += times
		}
	}
	type row struct {
		word  string
		times int
	}
	var rows []row
	for word, times := range total {
		rows = append(rows, row{word, times})
	}
	slices.SortFunc(rows, func(a, b row) int {
		if a.times != b.times {
			return b.times - a.times
		}
		return strings.Compare(a.word, b.word)
	})
	say(strconv.Itoa(len(files)) + " files, " + strconv.Itoa(len(rows)) + " words")
	for _, row := range rows[:min(10, len(rows))] {
		say(strconv.Itoa(row.times) + "\t" + row.word)
	}
}

// Each runner keeps what it saw, so that the collector has something to move through while the stacks of many goroutines are live.
func relay(runners, rounds int) {
	first := make(chan []byte)
	in := first
	for range runners {
		out := make(chan []byte)
		go func(in, out chan []byte) {
			for baton := range in {
				next := make([]byte, 0, 4096)
				value, _ := strconv.Atoi(string(baton))
				out <- strconv.AppendInt(next, int64(value+1), 10)
			}
			close(out)
		}(in, out)
		in = out
	}
	baton := []byte("0")
	for range rounds {
		first <- baton
		baton = <-in
	}
	close(first)
	_, isOpen := <-in
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	say(string(baton) + " handed on")
	say("collected: " + strconv.FormatBool(memory.NumGC > 0))
	say("all went home: " + strconv.FormatBool(!isOpen))
}

func wait() {
	began := time.Now()
	var group sync.WaitGroup
	var lock sync.Mutex
	early := 0
	for _, milliseconds := range []int{30, 10, 20} {
		group.Add(1)
		go func() {
			defer group.Done()
			due := time.Duration(milliseconds) * time.Millisecond
			time.Sleep(due)
			if time.Since(began) < due {
				lock.Lock()
				early++
				lock.Unlock()
			}
		}()
	}
	group.Wait()
	say("too early: " + strconv.Itoa(early))

	select {
	case <-make(chan int):
		say("an answer from nobody")
	case <-time.After(5 * time.Millisecond):
		say("no answer in time")
	}

	ending, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	<-ending.Done()
	say(ending.Err().Error())

	ticker := time.NewTicker(2 * time.Millisecond)
	for range 3 {
		<-ticker.C
	}
	ticker.Stop()
	say("three ticks")
}

func recovered() {
	try := func(what func()) {
		defer func() {
			err, is := recover().(runtime.Error)
			if !is {
				complain("a panic is missing", 70)
			}
			say(err.Error())
		}()
		what()
	}
	zero := len(os.Args) - len(os.Args)
	var missing map[string]int
	var nowhere *tally
	var anything any = "text"
	try(func() { say(strconv.Itoa(1 / zero)) })
	try(func() { missing["word"]++ })
	try(func() { say(nowhere.file) })
	try(func() { say(strconv.Itoa(anything.(int))) })
	try(func() { say(strconv.Itoa([]int{1, 2, 3}[zero+3])) })
}
