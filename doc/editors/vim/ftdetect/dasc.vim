" dasc.vim - which files are C with assembler lines (libdasm, DynASM).
autocmd BufRead,BufNewFile *.dasc setfiletype dasc
