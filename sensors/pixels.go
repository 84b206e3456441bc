package sensors

// PixelFormat says how a Frame's bytes are laid out.
type PixelFormat uint8

// The pixel formats, by their names in V4L2. Y, U and V are those of ITU-R BT.601; where a picture is an odd number of
// pixels wide or high, the last column or row has chroma of its own.
const (
	RGB24  PixelFormat = iota // R G B
	Grey                      // one byte a pixel
	YUYV                      // Y0 U Y1 V: two pixels; the width is even
	NV12                      // a plane of Y, then one of U V, each pair for 2x2 pixels
	YUV420                    // a plane of Y, one of U, one of V, each of U and V for 2x2 pixels
	JPEG                      // a whole JPEG file, of any length
)

var formatNames = [...]string{"rgb24", "grey", "yuyv", "nv12", "yuv420", "jpeg"}

// String returns the format's name, as the config writes it.
func (f PixelFormat) String() string {
	if int(f) < len(formatNames) {
		return formatNames[f]
	}
	return "unknown"
}

// Bytes returns the length of a picture of w x h pixels: 0 if the format has no such picture or its length varies.
func (f PixelFormat) Bytes(w, h int) int {
	if w < 1 || h < 1 || w > 1<<15 || h > 1<<15 || w*h > 1<<28 {
		return 0
	}
	switch f {
	case RGB24:
		return 3 * w * h
	case Grey:
		return w * h
	case YUYV:
		if w%2 == 0 {
			return 2 * w * h
		}
	case NV12, YUV420:
		return w*h + 2*((w+1)/2)*((h+1)/2)
	}
	return 0
}
