    power: two to the power of 14400 in decimal

    A digit has four cells: used or not  the digit  a carry into it  work
    Cells 0 and 1 count down; the digits begin at cell 8 with the lowest one and
    a marker of zero before them at cell 4

    begin with 1
>>>>>>>>+>+<<<<<<<<<
    120 times 120 times
++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++
++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++[-
>++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++
++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++[-
    double the number: for each digit in use
>>>>>>>
[
    twice the digit and the carry make up the work cell
>[->>++<<]>[->+<]>
    count it over into the digit; the tenth makes a new digit zero and a carry
[-<<+>>
[-<<+>>
[-<<+>>
[-<<+>>
[-<<+>>
[-<<+>>
[-<<+>>
[-<<+>>
[-<<+>>
[-<<--------->>>>>+<<<[-<<+>>]]
]]]]]]]]]
    go on with the next digit
>]
    a carry out of the last digit makes one more
>>[-<+<+>>]<<
    back to the marker and to the counter
<<<<[<<<<]<<<
]<]
    find the last digit and print from there
>>>>>>>>[>>>>]<<<<
[>++++++++++++++++++++++++++++++++++++++++++++++++.<<<<<]
    new line
++++++++++.
