;; crashed on spectestless
;; red crashed | answers | SIGABRT
(module (import "spectest" "print" (func))) ;; unsupported faux was told to have no spectest
(module (func (export "die_sigabrt"))) ;; unsupported faux was told to have no spectest
(assert_return (invoke "die_sigabrt")) ;; unsupported faux was told to have no spectest
(assert_return (invoke "nop")) ;; unsupported faux was told to have no spectest
