"""The devices of a station: a card reader and a slip printer, real or pretended.

`hardware.Devices` is the only door: the kiosk starts it, reads `events`, calls `print()`.
Behind it, from the wire inwards:

    port.py         the serial port, the only file that knows pyserial
    supervisor.py   one thread per device: opens, serves, backs off, never dies
    rdm6300.py      bytes in, card frames out            } pure: no port, no thread,
    cards.py        frames in, "a card was laid" out     } the time is passed in
    escpos.py       a slip in, printer bytes out; the printer's status bytes read
    printer.py      jobs in, printed slips out, and what became of each; it asks the printer
                    how it is through printer_status.py
    events.py       the ring from which the screen long-polls
    paper.py        printer bytes in, what stands on the paper out

`pretend.py` (with pretend_wire, pretend_reader, pretend_printer) puts a pseudo-terminal where
the cable would be, so all above it is the real thing in demonstrations and tests too;
`control.py` lets a command line press its buttons.

Nothing in this folder knows Flask, the journal, a resident or a database.
"""
