package jpeg

import "fmt"

// Limits of one picture: a hostile file must not take the board's memory or time.
const (
	maxSamples     = 64 << 20 // of all planes at full size: 42 megapixels with chroma for 2x2
	maxProgressive = 24 << 20 // coefficients kept, two bytes each: 16 megapixels with chroma for 2x2
	maxScans       = 100      // each steps over all blocks, even if it says nothing of them
)

// Scale says how much smaller than the picture its planes are made: 1, 2, 4 or 8 times in both directions. Chroma 0
// means that nobody wants chroma.
type Scale struct{ Luma, Chroma int }

// Plane is one component of a picture: Height rows of Width samples, each row Stride bytes after the one before. A sample
// stands for PerX x PerY pixels of the picture, the last ones perhaps for some beyond it.
type Plane struct {
	Pix                   []byte
	Width, Height, Stride int
	PerX, PerY            float64
}

// Picture is what Decode gives: Y, U and V in full range (JFIF). U and V are empty if the picture is grey or nobody wants
// them.
type Picture struct {
	Header
	Y, U, V Plane
}

// Decoder decodes one picture after the other and keeps its memory for the next. The zero value is ready.
type Decoder struct {
	segs  segments
	head  Header
	comps [3]component
	mcusX int // MCUs: the blocks of all components that cover the same pixels
	mcusY int
	ready bool // all of the above is set
	jfif  bool // says that colours are Y, U and V
	adobe bool // says that they are red, green and blue

	quant   [4][64]uint16 // zigzag
	quanted [4]bool
	dc      [4]code
	ac      [4]acCode
	dcSet   [4]bool // by this picture
	acSet   [4]bool

	restart int // MCUs between restart markers; 0: none
	scans   int
	bits    bits
	block   [64]int32 // dequantized, by rows; zero between blocks
	eobRun  int       // progressive: blocks to come without a new coefficient

	pic Picture
}

// component is one of Y, U and V.
type component struct {
	spec
	size         int // of a block at the scale wanted, 8, 4, 2 or 1; 0: nobody wants it
	last         int // the last coefficient needed for that, in zigzag order
	across, down int // blocks that the picture covers
	stride, rows int // blocks to whole MCUs

	pix   []byte
	coefs []int16 // progressive: 64 for each block
	done  bool    // it has had a scan

	dc, ac uint8 // codes in this scan
	pred   int32
}

// Decode decodes the picture in data. The result is valid until the next call.
func (d *Decoder) Decode(data []byte, s Scale) (*Picture, error) {
	if !valid(s.Luma) || s.Chroma != 0 && !valid(s.Chroma) {
		panic(fmt.Sprintf("jpeg: scale %+v", s))
	}
	d.segs = segments{data: data}
	d.ready, d.jfif, d.adobe, d.restart, d.scans = false, false, false, 0, 0
	d.quanted, d.dcSet, d.acSet = [4]bool{}, [4]bool{}, [4]bool{}
	for i := range d.comps {
		d.comps[i].setScale(s.Chroma)
	}
	d.comps[0].setScale(s.Luma)
	err := d.picture()
	d.segs.data = nil
	if err != nil {
		return nil, err
	}
	return &d.pic, nil
}

func valid(scale int) bool { return scale == 1 || scale == 2 || scale == 4 || scale == 8 }

// picture reads segments until the picture is whole.
func (d *Decoder) picture() error {
	if err := d.segs.start(); err != nil {
		return err
	}
	for {
		marker, body, err := d.segs.next()
		switch {
		case err != nil:
			return err
		case marker == sos:
			err = d.scan(body)
		case marker == eoi:
			return d.finish()
		default:
			err = d.header(marker, body)
		}
		if err != nil {
			return err
		}
		if d.ready && !d.head.Progressive && d.whole() {
			return d.finish() // many cameras' pictures have no end marker
		}
	}
}

// whole reports whether all components have had a scan.
func (d *Decoder) whole() bool {
	for i := range d.head.Components {
		if !d.comps[i].done {
			return false
		}
	}
	return true
}

// finish gives the planes.
func (d *Decoder) finish() error {
	if !d.ready || !d.whole() {
		return truncated(d.segs.at, "before all of its components")
	}
	d.pic.Header = d.head
	planes := [3]*Plane{&d.pic.Y, &d.pic.U, &d.pic.V}
	for i, p := range planes {
		*p = Plane{}
		c := &d.comps[i]
		if i >= d.head.Components || c.size == 0 {
			continue
		}
		if d.head.Progressive {
			d.transform(c)
		}
		scale := 8 / c.size
		p.Pix, p.Stride = c.pix, c.stride*c.size
		p.Width, p.Height = ceil(c.width, scale), ceil(c.height, scale)
		p.PerX, p.PerY = c.perX*float64(scale), c.perY*float64(scale)
	}
	return nil
}
