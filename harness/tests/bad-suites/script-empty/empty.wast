;; Nothing is asked here.
