package jpeg

import (
	"bytes"
	"encoding/binary"
)

// header reads a segment that describes the picture. Comments and what applications wrote, EXIF among it, say nothing
// about how to decode, but for JFIF's and Adobe's.
func (d *Decoder) header(marker uint8, body []byte) error {
	switch {
	case marker == dqt:
		return d.quantization(body)
	case marker == dht:
		return d.huffman(body)
	case marker == dri:
		if len(body) != 2 {
			return malformed(d.segs.at, "restart interval of %d bytes, want 2", len(body))
		}
		d.restart = int(binary.BigEndian.Uint16(body))
	case marker == app0:
		d.jfif = d.jfif || bytes.HasPrefix(body, []byte("JFIF\x00"))
	case marker == app14:
		d.adobe = len(body) >= 12 && string(body[:5]) == "Adobe" && body[11] == 0
	case isFrame(marker):
		return d.begin(marker, body)
	case marker == dac:
		return unsupported("arithmetic coding")
	}
	return nil
}

// rgb reports whether three components are red, green and blue: Adobe says so, or their names do, and no JFIF marker says
// otherwise.
func (d *Decoder) rgb() bool {
	c := &d.comps
	named := c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B'
	return d.head.Components == 3 && !d.jfif && (d.adobe || named)
}

// quantization reads tables of T.81, B.2.4.1.
func (d *Decoder) quantization(body []byte) error {
	for len(body) > 0 {
		wide, id := body[0]>>4, body[0]&15
		n := 64 * (int(wide) + 1)
		if wide > 1 || id > 3 || len(body) < 1+n {
			return malformed(d.segs.at, "quantization table %d of %d-byte numbers in %d bytes", id, wide+1, len(body))
		}
		for i := range d.quant[id] {
			if wide == 1 {
				d.quant[id][i] = binary.BigEndian.Uint16(body[1+2*i:])
			} else {
				d.quant[id][i] = uint16(body[1+i])
			}
		}
		d.quanted[id] = true
		body = body[1+n:]
	}
	return nil
}

// huffman reads tables of T.81, B.2.4.2.
func (d *Decoder) huffman(body []byte) error {
	for len(body) > 0 {
		if len(body) < 17 {
			return malformed(d.segs.at, "Huffman table of %d bytes, want at least 17", len(body))
		}
		class, id := body[0]>>4, body[0]&15
		counts := (*[16]uint8)(body[1:17])
		n := 0
		for _, c := range counts {
			n += int(c)
		}
		if class > 1 || id > 3 || n > 256 || len(body) < 17+n {
			return malformed(d.segs.at, "Huffman table %d of class %d with %d symbols in %d bytes", id, class, n, len(body))
		}
		if !d.setCode(class, id, counts, body[17:17+n]) {
			return malformed(d.segs.at, "Huffman table %d of class %d has more codes than fit", id, class)
		}
		body = body[17+n:]
	}
	return nil
}

func (d *Decoder) setCode(class, id uint8, counts *[16]uint8, symbols []uint8) bool {
	if class == 1 {
		d.acSet[id] = true
		return d.ac[id].setAC(counts, symbols)
	}
	d.dcSet[id] = true
	_, ok := d.dc[id].set(counts, symbols)
	return ok
}
