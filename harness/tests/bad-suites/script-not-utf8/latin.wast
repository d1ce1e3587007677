(module)
;; grφίe
