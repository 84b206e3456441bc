package publish

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// jsonText is JSON (RFC 8259) that is being written, to the byte as encoding/json would have it without HTML's escapes. The zero
// value is ready.
type jsonText struct {
	b       []byte
	scratch []byte
	wrong   error // the first number that JSON has not
}

func (t *jsonText) begin() { t.b, t.wrong = t.b[:0], nil }

// open begins an object with its first key, which is written with its quotes and colon.
func (t *jsonText) open(key string) { t.b = append(append(t.b, '{'), key...) }

// object and list begin what may be empty.
func (t *jsonText) object() { t.b = append(t.b, '{') }
func (t *jsonText) list()   { t.b = append(t.b, '[') }

// close ends an object or a list.
func (t *jsonText) close(by byte) { t.b = append(t.b, by) }

// next sets a comma, if there was one before.
func (t *jsonText) next() {
	if last := t.b[len(t.b)-1]; last != '[' && last != '{' {
		t.b = append(t.b, ',')
	}
}

// key begins a field that is not the first. It needs no escapes.
func (t *jsonText) key(name string) {
	t.b = append(t.b, `,"`...)
	t.b = append(append(t.b, name...), `":`...)
}

// member begins an entry of an object, whatever its key.
func (t *jsonText) member(key string) {
	t.next()
	t.string(key)
	t.b = append(t.b, ':')
}

func (t *jsonText) integer(n int64) { t.b = strconv.AppendInt(t.b, n, 10) }
func (t *jsonText) whole(n uint64)  { t.b = strconv.AppendUint(t.b, n, 10) }

// stamp writes a time as all payloads have it.
func (t *jsonText) stamp(at time.Time) { t.b = at.UTC().AppendFormat(t.b, stampForm) }

// number writes a float of so many bits with as few digits as tell it from its neighbours, and as ECMAScript does with an
// exponent only below 1e-6 and from 1e21 on (ECMA-262, Number::toString).
func (t *jsonText) number(f float64, bits int) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		if t.wrong == nil {
			t.wrong = &json.UnsupportedValueError{Value: reflect.ValueOf(f), Str: strconv.FormatFloat(f, 'g', -1, bits)}
		}
		return
	}
	size, least, form := math.Abs(f), 1e-6, byte('f')
	if bits == 32 {
		least = float64(float32(1e-6))
	}
	if size != 0 && (size < least || size >= 1e21) {
		form = 'e'
	}
	from := len(t.b)
	t.b = strconv.AppendFloat(t.b, f, form, -1, bits)
	if form == 'e' {
		t.b = shortened(t.b, from)
	}
}

// shortened leaves out the zero that strconv puts before an exponent of one digit, in a number from a place on: JSON has e-7,
// not e-07.
func shortened(b []byte, from int) []byte {
	at := from + bytes.IndexByte(b[from:], 'e') + 2
	if b[at-1] == '-' && b[at] == '0' {
		b = append(b[:at], b[at+1:]...)
	}
	return b
}

func (t *jsonText) string(s string) {
	t.scratch = append(t.scratch[:0], s...)
	t.bytes(t.scratch)
}

// bytes writes a string. What is no UTF-8 becomes U+FFFD; U+2028 and U+2029 are escaped, since JavaScript takes them for ends of
// lines.
func (t *jsonText) bytes(s []byte) {
	t.b = append(t.b, '"')
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		switch {
		case r == '"' || r == '\\':
			t.b = append(t.b, '\\', byte(r))
		case r < ' ':
			t.control(byte(r))
		case r == utf8.RuneError && n == 1:
			t.b = append(t.b, `\ufffd`...)
		case r == '\u2028' || r == '\u2029':
			t.b = append(t.b, `\u202`...)
			t.b = append(t.b, '8'+byte(r-'\u2028'))
		default:
			t.b = append(t.b, s[:n]...)
		}
		s = s[n:]
	}
	t.b = append(t.b, '"')
}

// control writes a control character, by its letter if it has one.
func (t *jsonText) control(c byte) {
	const digits = "0123456789abcdef"
	if at := strings.IndexByte("\b\f\n\r\t", c); at >= 0 {
		t.b = append(t.b, '\\', "bfnrt"[at])
		return
	}
	t.b = append(t.b, `\u00`...)
	t.b = append(t.b, digits[c>>4], digits[c&15])
}
