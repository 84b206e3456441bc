package i2c

import (
	"fmt"
	"time"
)

// ask sends a command of two bytes to one of Sensirion's chips, waits as long as the datasheet says that it takes, and
// reads words, each of which has a checksum behind it. The bus is free meanwhile.
func (w *watch) ask(cmd uint16, takes time.Duration, words []uint16) error {
	if err := w.put(byte(cmd>>8), byte(cmd)); err != nil {
		return err
	}
	if err := w.wait(takes); err != nil || len(words) == 0 {
		return err
	}
	in := make([]byte, 3*len(words))
	if err := w.Tx(w.addr, nil, in); err != nil {
		return err
	}
	for i := range words {
		word := in[3*i : 3*i+3]
		if want := crc8(word[:2]); word[2] != want {
			return fmt.Errorf("answer % x has the checksum %#02x, want %#02x: a disturbed bus", in, word[2], want)
		}
		words[i] = uint16(word[0])<<8 | uint16(word[1])
	}
	return nil
}

// crc8 is Sensirion's checksum: polynomial 0x31, begun with 0xff; that of 0xBEEF is 0x92 (SGP30 datasheet, section 6.6).
func crc8(data []byte) byte {
	crc := byte(0xff)
	for _, b := range data {
		crc ^= b
		for range 8 {
			if crc&0x80 != 0 {
				crc = crc<<1 ^ 0x31
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}
