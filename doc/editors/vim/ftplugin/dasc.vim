" dasc.vim - edits .dasc files as C.
if exists("b:did_ftplugin")
  finish
endif
runtime! ftplugin/c.vim
" Lines of assembly keep the place that they were given.
setlocal indentexpr=getline(v:lnum)=~'^\\s*\|'?-1:cindent(v:lnum) indentkeys-=0#
setlocal formatoptions-=t
