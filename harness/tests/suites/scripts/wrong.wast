;; fail on honest
(module (func (export "echo")) (func (export "lie")) (func (export "nop")))
(assert_return (invoke "lie" (i32.const 7)) (i32.const 7)) ;; red wrong-value | returns i32 7 | returns i32 8
(assert_return (invoke "echo" (i32.const 7)) (either (i32.const 1) (i32.const 2))) ;; red wrong-value | returns i32 1 or i32 2 | returns i32 7
(assert_return (invoke "echo" (i32.const 7)) (i64.const 7)) ;; red wrong-value | returns i64 7 | returns i32 7
(assert_return (invoke "echo" (i32.const 7)) (i32.const 7) (i32.const 7)) ;; red wrong-value | returns i32 7, i32 7 | returns i32 7
(assert_return (invoke "echo" (i32.const 7))) ;; red wrong-value | returns nothing | returns i32 7
(assert_return (invoke "nop") (i32.const 0)) ;; red wrong-value | returns i32 0 | returns nothing
(assert_return (invoke "echo" (f32.const 0)) (f32.const -0)) ;; red wrong-value | returns f32 -0 (0x80000000) | returns f32 0
(assert_return (invoke "echo" (f32.const nan:0x200000)) (f32.const nan:arithmetic)) ;; red wrong-value | returns f32 nan:arithmetic | returns f32
(assert_return (invoke "echo" (f32.const nan:0x600000)) (f32.const nan:canonical)) ;; red wrong-value | returns f32 nan:canonical | returns f32
(assert_return (invoke "echo" (f64.const 1)) (f64.const nan:arithmetic)) ;; red wrong-value | returns f64 nan:arithmetic | returns f64 1
(assert_return (invoke "echo" (v128.const i32x4 1 2 3 4)) (v128.const i32x4 1 2 3 5)) ;; red wrong-value | returns v128 0x00000005000000030000000200000001 | returns v128
(assert_return (invoke "echo" (ref.extern 7)) (ref.extern 8)) ;; red wrong-value | returns externref host object 8 | returns externref host object 7
(assert_return (invoke "echo" (ref.extern 7)) (ref.null extern)) ;; red wrong-value | returns externref null | returns externref host object 7
(assert_return (invoke "echo" (ref.null extern)) (ref.extern)) ;; red wrong-value | returns externref not null | returns externref null
(assert_return (get "no_i64_here") (i64.const 0)) ;; red wrong-value | returns i64 0 | returns i32 0
(assert_return (invoke "trap") (i32.const 0)) ;; red trap unreachable | returns i32 0 | traps unreachable
(assert_return (invoke "nobody_knows_me")) ;; red failed | returns nothing | fails for a reason of its own
(invoke "trap") ;; red trap unreachable | succeeds | traps unreachable
(assert_trap (invoke "nop") "unreachable") ;; red returned | traps | returns nothing
(assert_trap (invoke "recurse") "unreachable") ;; red exhausted stack | traps | exhausts stack
(assert_trap (invoke "nobody_knows_me") "unreachable") ;; red failed | traps | fails for a reason of its own
(assert_trap (module (func (export "nop"))) "unreachable") ;; red returned | traps | succeeds
(assert_exhaustion (invoke "nop") "call stack exhausted") ;; red returned | exhausts the stack | returns nothing
(assert_exhaustion (invoke "trap") "call stack exhausted") ;; red trap unreachable | exhausts the stack | traps unreachable
(assert_exhaustion (invoke "run_out_of_fuel") "call stack exhausted") ;; red exhausted fuel | exhausts the stack | exhausts fuel
(assert_exception (invoke "nop")) ;; red returned | throws an exception | returns nothing
(assert_exception (invoke "trap")) ;; red trap unreachable | throws an exception | traps unreachable
(assert_trap (invoke "throw") "unreachable") ;; red exception | traps | throws an exception
(assert_invalid (module (func (result i32))) "type mismatch") ;; red returned | is rejected | succeeds
(assert_malformed (module binary "\00asm\01\00\00\00\ff") "malformed section id") ;; red returned | is rejected | succeeds
(assert_invalid (module (func (export "i_trap_when_compiled") (result i32))) "type mismatch") ;; red trap unreachable | is rejected | traps unreachable
(assert_unlinkable (module (import "nobody" "knows" (func))) "unknown import") ;; red returned | is unlinkable | succeeds
(assert_unlinkable (module (func (export "i_trap_at_my_start"))) "unknown import") ;; red trap unreachable | is unlinkable | traps unreachable
(assert_unlinkable (module (func (export "i_am_invalid"))) "unknown import") ;; red rejected | is unlinkable | is rejected
(assert_trap (module (import "nobody" "nobody_has_this" (func))) "unreachable") ;; red unlinkable | traps | is unlinkable
(assert_trap (module (func (export "i_trap_when_compiled"))) "unreachable") ;; red trap unreachable | traps | traps unreachable
(assert_return (invoke "echo" (i32.const 7)) (i32.const 7))
