package camera

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"edged/sensors"
)

// fourCC is a pixel format's name in V4L2: four letters, the first in the lowest byte.
type fourCC uint32

func code(s string) fourCC {
	return fourCC(s[0]) | fourCC(s[1])<<8 | fourCC(s[2])<<16 | fourCC(s[3])<<24
}

func (c fourCC) String() string {
	return strings.TrimSpace(string([]byte{byte(c), byte(c >> 8), byte(c >> 16), byte(c >> 24)}))
}

// formatOf returns which of our formats V4L2 calls c (include/uapi/linux/videodev2.h).
func formatOf(c fourCC) (sensors.PixelFormat, bool) {
	switch c {
	case code("YUYV"):
		return sensors.YUYV, true
	case code("NV12"):
		return sensors.NV12, true
	case code("YU12"):
		return sensors.YUV420, true
	case code("GREY"):
		return sensors.Grey, true
	case code("RGB3"):
		return sensors.RGB24, true
	case code("MJPG"), code("JPEG"):
		return sensors.JPEG, true
	}
	return 0, false
}

// cheapest is the order in which formats are tried where none is asked for: by the bytes that a small board has to move
// and the work to make colours of them. JPEG costs far more than all of these, and grey has no colours.
var cheapest = [...]sensors.PixelFormat{sensors.NV12, sensors.YUV420, sensors.YUYV, sensors.RGB24, sensors.JPEG, sensors.Grey}

// span is a size that a camera gives, or all from least to most in steps.
type span struct {
	minW, maxW, stepW int
	minH, maxH, stepH int
}

// near returns the size of s that is next to w x h.
func (s *span) near(w, h int) (int, int) {
	return snap(w, s.minW, s.maxW, s.stepW), snap(h, s.minH, s.maxH, s.stepH)
}

func snap(v, least, most, step int) int {
	v = min(max(v, least), most)
	if step > 1 {
		v -= (v - least) % step
	}
	return v
}

// offer is a format that a camera has.
type offer struct {
	code  fourCC
	sizes []span                       // none if the camera does not say
	rate  func(w, h int) (fps float64) // the highest at a size; 0 if the camera does not say
}

// choice is a format and size to ask for.
type choice struct {
	code   fourCC
	format sensors.PixelFormat
	w, h   int
	fps    float64 // the highest; 0 if unknown
}

// choices returns what of the offers is worth asking for, best first: the formats in the order of o, those that cannot
// keep up with o's rate last. Each has the size that is next to the one wanted, which is the very one if o names a size.
func choices(offers []offer, o *Options) []choice {
	order := o.Formats
	if len(order) == 0 {
		order = cheapest[:]
	}
	w, h := o.size()
	var all []choice
	for _, f := range offers {
		format, ok := formatOf(f.code)
		if !ok || !slices.Contains(order, format) {
			continue
		}
		c := choice{code: f.code, format: format}
		c.w, c.h = nearest(f.sizes, w, h)
		if o.Width != 0 && (c.w != w || c.h != h) {
			continue
		}
		c.fps = f.rate(c.w, c.h)
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b choice) int {
		return cmp.Or(
			cmp.Compare(a.lack(o.Rate), b.lack(o.Rate)),
			cmp.Compare(slices.Index(order, a.format), slices.Index(order, b.format)),
		)
	})
	return all
}

// lack returns how far the choice is from rate pictures a second, in pictures a second. Cameras say 29.97 for 30.
func (c *choice) lack(rate float64) float64 {
	if c.fps == 0 || c.fps >= 0.99*rate {
		return 0
	}
	return rate - c.fps
}

// nearest returns the size on offer that is next to w x h: the smallest that has as much, else the largest.
func nearest(sizes []span, w, h int) (int, int) {
	bestW, bestH := w, h
	for i := range sizes {
		sw, sh := sizes[i].near(w, h)
		if i == 0 || nearer(sw, sh, bestW, bestH, w, h) {
			bestW, bestH = sw, sh
		}
	}
	return bestW, bestH
}

// nearer reports whether aw x ah is a better stand-in for w x h than bw x bh.
func nearer(aw, ah, bw, bh, w, h int) bool {
	aFull, bFull := aw >= w && ah >= h, bw >= w && bh >= h
	if aFull != bFull {
		return aFull
	}
	if aFull {
		return aw*ah < bw*bh
	}
	return aw*ah > bw*bh
}

// offered says in one line what a camera has, for whoever asked for something else: of our formats, if it has any. What
// comes in the same sizes stands together.
func offered(offers []offer) string {
	ours := slices.DeleteFunc(slices.Clone(offers), func(f offer) bool { _, ok := formatOf(f.code); return !ok })
	if len(ours) == 0 {
		ours = offers
	}
	var text []string
	var names, sizes string
	for _, f := range ours[:min(len(ours), 12)] {
		if these := sizesOf(f.sizes); names == "" || these != sizes {
			text = append(text, strings.TrimSpace(names+" "+sizes))
			names, sizes = "", these
		}
		names = strings.TrimSpace(names + " " + f.code.String())
	}
	text = append(text, strings.TrimSpace(names+" "+sizes))
	if len(ours) > 12 {
		text = append(text, fmt.Sprintf("%d more formats", len(ours)-12))
	}
	return strings.Join(text[1:], ", ")
}

func sizesOf(sizes []span) string {
	var text []string
	for _, s := range sizes[:min(len(sizes), 8)] {
		word := fmt.Sprintf("%dx%d", s.maxW, s.maxH)
		if s.minW != s.maxW || s.minH != s.maxH {
			word = fmt.Sprintf("%dx%d to %s", s.minW, s.minH, word)
		}
		text = append(text, word)
	}
	if len(sizes) > 8 {
		text = append(text, "…")
	}
	return strings.Join(text, " ")
}

// bayer reports whether the offers are all of a bare sensor, whose pictures only a processor beside it can make.
func bayer(offers []offer) bool {
	for _, f := range offers {
		name := f.code.String()
		packed := strings.HasPrefix(name, "RGB") || strings.HasPrefix(name, "BGR") || name == "GREY"
		if packed && name != "RGGB" || !slices.ContainsFunc(mosaics[:], func(m string) bool { return strings.HasPrefix(name, m) }) {
			return false
		}
	}
	return len(offers) > 0
}

// mosaics are how V4L2's names of raw sensor formats begin: the first two colours, p for packed.
var mosaics = [...]string{"BA", "GB", "GR", "RG", "BG", "pB", "pG", "pR"}
