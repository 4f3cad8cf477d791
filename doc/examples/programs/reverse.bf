    reverse: the bytes of the input in reverse order
    one cell per byte with a zero before the first
>,[>,]<[.<]
