(module) ;; café
