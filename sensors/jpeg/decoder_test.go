package jpeg

import (
	"bytes"
	"errors"
	"hash/crc32"
	"image"
	stdjpeg "image/jpeg"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// goldens are checksums of what libjpeg-turbo 2.1.5 makes of each picture, without the header:
//
//	djpeg -nosmooth PICTURE
//
// The first ones were made by it too, from one picture of 93x61 pixels: cjpeg -quality 85, and -sample, -grayscale,
// -restart, -progressive, -optimize or -scans (which gives each component a scan of its own).
var goldens = []struct {
	name string
	crc  uint32
}{
	{"444.jpg", 0x9685b3f5},
	{"440.jpg", 0x043c2fa8},
	{"422.jpg", 0x8acab006},
	{"420.jpg", 0x8131e014},
	{"420-restart.jpg", 0x8131e014},
	{"420-scans.jpg", 0x8131e014},
	{"420-optimized.jpg", 0x8131e014},
	{"420-progressive.jpg", 0x8131e014},
	{"420-progressive-restart.jpg", 0x8131e014},
	{"411.jpg", 0x7783d52c},
	{"411-progressive.jpg", 0x7783d52c},
	{"grey.jpg", 0xe3de3bce},
	{"grey-progressive.jpg", 0xe3de3bce},
}

// corpusGoldens are those of the corpus's pictures.
var corpusGoldens = []struct {
	name string
	crc  uint32
}{
	{"media/images/burger.jpg", 0xca0cd6fe},
	{"media/images/cats_and_dogs.jpg", 0xaee7e496},
	{"media/images/face.jpg", 0x097d1c4a},
	{"media/images/kite_and_cold.jpg", 0xcffbbe17},
	{"media/images/no_person.jpg", 0x14d7d686},
	{"media/images/parrot.jpg", 0xe24986a9},
	{"media/images/person.jpg", 0xf14b2c6c},
	{"media/images/segmentation_input.jpg", 0x46ec8ca8},
	{"datasets/coco_val_ccby/000000000285.jpg", 0xc944d8d2},
	{"datasets/coco_val_ccby/000000000785.jpg", 0x124afd0c},
	{"datasets/coco_val_ccby/000000000872.jpg", 0x8fa41f50},
	{"datasets/coco_val_ccby/000000001268.jpg", 0xf138e14f},
	{"datasets/coco_val_ccby/000000001296.jpg", 0xe1438de7},
	{"datasets/coco_val_ccby/000000001993.jpg", 0x7086db39},
	{"datasets/coco_val_ccby/000000002473.jpg", 0xbaa38c83},
	{"datasets/coco_val_ccby/000000002592.jpg", 0x24f9a5ba},
	{"datasets/coco_val_ccby/000000003501.jpg", 0x467a3039},
	{"datasets/coco_val_ccby/000000006012.jpg", 0x1e9b8bb3},
	{"datasets/coco_val_ccby/000000006723.jpg", 0x5ba17111},
	{"datasets/coco_val_ccby/000000006818.jpg", 0xd4ab758b},
	{"datasets/coco_val_ccby/000000007574.jpg", 0xd7345fd5},
	{"datasets/coco_val_ccby/000000007991.jpg", 0xac19f521},
	{"datasets/coco_val_ccby/000000008021.jpg", 0x9ac13310},
	{"datasets/coco_val_ccby/000000008844.jpg", 0x60e17182},
	{"datasets/coco_val_ccby/000000009483.jpg", 0x1b75a156},
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// corpusPicture reads a picture of the conformance corpus beside the repository, and skips the test without one.
func corpusPicture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "corpus", name))
	if err != nil {
		t.Skipf("the corpus is not there: %v", err)
	}
	return data
}

// TestDecodeEqualsLibjpeg checks every bit.
func TestDecodeEqualsLibjpeg(t *testing.T) {
	var d Decoder
	check := func(t *testing.T, data []byte, want uint32) {
		p, err := d.Decode(data, Scale{1, 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := crc32.ChecksumIEEE(colours(p)); got != want {
			t.Errorf("got a checksum of %08x, want %08x", got, want)
		}
	}
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) { check(t, testdata(t, g.name), g.crc) })
	}
	for _, g := range corpusGoldens {
		t.Run(g.name, func(t *testing.T) { check(t, corpusPicture(t, g.name), g.crc) })
	}
}

// colours returns a picture in red, green and blue, by JFIF's matrix in 16-bit fixed point, each sample repeated for the
// pixels that it stands for; a grey one as it is.
func colours(p *Picture) []byte {
	var out []byte
	for y := range p.Height {
		for x := range p.Width {
			luma := sample(&p.Y, x, y)
			if p.Components == 1 {
				out = append(out, uint8(luma))
				continue
			}
			u, v := sample(&p.U, x, y)-128, sample(&p.V, x, y)-128
			out = append(out, clip(luma+(91881*v+1<<15)>>16), clip(luma+(-22554*u-46802*v+1<<15)>>16), clip(luma+(116130*u+1<<15)>>16))
		}
	}
	return out
}

// sample returns what stands for pixel x, y.
func sample(p *Plane, x, y int) int32 {
	return int32(p.Pix[int(float64(y)/p.PerY)*p.Stride+int(float64(x)/p.PerX)])
}

// TestDecodeNearStandardLibrary has a second opinion: image/jpeg, whose transform rounds otherwise.
func TestDecodeNearStandardLibrary(t *testing.T) {
	var d Decoder
	for _, g := range goldens {
		data := testdata(t, g.name)
		img, err := stdjpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Logf("%s: image/jpeg says %v", g.name, err)
			continue
		}
		p, err := d.Decode(data, Scale{1, 1})
		if err != nil {
			t.Fatalf("%s: %v", g.name, err)
		}
		switch img := img.(type) {
		case *image.YCbCr:
			near(t, g.name+" Y", &p.Y, img.Y, img.YStride)
			near(t, g.name+" U", &p.U, img.Cb, img.CStride)
			near(t, g.name+" V", &p.V, img.Cr, img.CStride)
		case *image.Gray:
			near(t, g.name, &p.Y, img.Pix, img.Stride)
		}
	}
}

// near checks that a plane is within 1 of pix.
func near(t *testing.T, name string, p *Plane, pix []byte, stride int) {
	t.Helper()
	if p.Width == 0 || p.Height == 0 {
		t.Errorf("%s: got an empty plane", name)
	}
	for y := range p.Height {
		for x := range p.Width {
			if got, want := int(p.Pix[y*p.Stride+x]), int(pix[y*stride+x]); max(got-want, want-got) > 1 {
				t.Fatalf("%s: got %d at %d,%d, want %d", name, got, x, y, want)
			}
		}
	}
}

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		name string
		want Header
	}{
		{"444.jpg", Header{93, 61, 3, 1, 1, false}},
		{"440.jpg", Header{93, 61, 3, 1, 2, false}},
		{"422.jpg", Header{93, 61, 3, 2, 1, false}},
		{"420-progressive.jpg", Header{93, 61, 3, 2, 2, true}},
		{"411.jpg", Header{93, 61, 3, 4, 1, false}},
		{"grey.jpg", Header{93, 61, 1, 0, 0, false}},
	} {
		if got, err := Config(testdata(t, c.name)[:400]); got != c.want || err != nil {
			t.Errorf("%s: got %+v, %v, want %+v", c.name, got, err, c.want)
		}
	}
}

// TestMotionJPEG takes the Huffman tables out, as cameras do: they are the standard's.
func TestMotionJPEG(t *testing.T) {
	data := testdata(t, "420.jpg")
	var bare []byte
	s := segments{data: data}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	for from := 0; ; {
		marker, body, err := s.next()
		if err != nil {
			t.Fatal(err)
		}
		start := s.at - len(body) - 4
		if marker == dht {
			bare = append(bare, data[from:start]...)
			from = s.at
		}
		if marker == sos {
			bare = append(bare, data[from:len(data)-2]...) // no end marker either
			break
		}
	}
	if len(bare) > len(data)-400 {
		t.Fatalf("%d of %d bytes are left", len(bare), len(data))
	}
	var d Decoder
	if _, err := d.Decode(testdata(t, "420-optimized.jpg"), Scale{1, 1}); err != nil { // it has other tables
		t.Fatal(err)
	}
	p, err := d.Decode(bare, Scale{1, 1})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := crc32.ChecksumIEEE(colours(p)), uint32(0x8131e014); got != want {
		t.Errorf("got a checksum of %08x, want %08x", got, want)
	}
}

// TestDecodeCutShort cuts pictures at every byte: each is an error that says so.
func TestDecodeCutShort(t *testing.T) {
	var d Decoder
	for _, name := range []string{"420.jpg", "420-restart.jpg", "420-scans.jpg", "420-progressive-restart.jpg", "grey.jpg"} {
		data := testdata(t, name)
		for n := 2; n < len(data)-2; n++ {
			_, err := d.Decode(data[:n], Scale{1, 1})
			var format *FormatError
			if !errors.Is(err, io.ErrUnexpectedEOF) || !errors.As(err, &format) || format.At > n {
				t.Fatalf("%s, %d of %d bytes: got %v, want that it is cut short", name, n, len(data), err)
			}
		}
		if _, err := d.Decode(data, Scale{1, 1}); err != nil {
			t.Errorf("%s, after all those: %v", name, err)
		}
	}
}

func TestDecodeAllocatesNothing(t *testing.T) {
	var d Decoder
	for _, name := range []string{"420.jpg", "420-progressive.jpg"} {
		data := testdata(t, name)
		if n := testing.AllocsPerRun(5, func() {
			if _, err := d.Decode(data, Scale{2, 1}); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: got %v allocations, want 0", name, n)
		}
	}
}
