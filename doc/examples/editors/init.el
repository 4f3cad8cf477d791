(add-to-list 'load-path "/usr/local/share/emacs/site-lisp")
(require 'dasc-mode)
