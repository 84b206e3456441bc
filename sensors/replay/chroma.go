package replay

import "image"

// rowYCbCr returns what writes one row of a JPEG as RGB24. Both the colours between the chroma samples and the
// conversion are those of libjpeg, and so of Pillow and OpenCV, with whose pictures models are trained: package image
// repeats each chroma sample instead, up to 4 levels off after a resize.
func rowYCbCr(img *image.YCbCr) func(dst []byte, y int) {
	cb, cr := newChroma(img, img.Cb), newChroma(img, img.Cr)
	return func(dst []byte, y int) {
		luma := img.Y[img.YOffset(img.Rect.Min.X, y):]
		b, r := cb.row(y), cr.row(y)
		for i := range len(dst) / 3 {
			toRGB24(dst[3*i:3*i+3], int32(luma[i]), int32(b[i])-128, int32(r[i])-128)
		}
	}
}

// toRGB24 converts one pixel by JFIF's matrix in 16-bit fixed point, rounded (libjpeg, jdcolor.c,
// build_ycc_rgb_table): R = Y + 1.402·Cr, G = Y − 0.34414·Cb − 0.71414·Cr, B = Y + 1.772·Cb.
func toRGB24(dst []byte, y, cb, cr int32) {
	const half = 1 << 15
	dst[0] = clip(y + (91881*cr+half)>>16)
	dst[1] = clip(y + (-22554*cb-46802*cr+half)>>16)
	dst[2] = clip(y + (116130*cb+half)>>16)
}

func clip(v int32) uint8 { return uint8(min(max(v, 0), 255)) }

// chroma gives the rows of one colour plane at the picture's own size.
//
// Samples that stand for two columns or two rows lie in the middle of them; each pixel takes 3/4 of the nearest sample
// and 1/4 of the next one, in both directions, with a rounding that alternates between neighbours (libjpeg, jdsample.c,
// h2v1_fancy_upsample and h2v2_fancy_upsample; libjpeg-turbo, h1v2_fancy_upsample). Rarer ratios are repeated, as there.
type chroma struct {
	img        *image.YCbCr
	plane      []byte
	w, h       int     // of the plane, as far as the picture reaches
	wide, tall bool    // a sample stands for two columns, two rows
	sums       []int32 // [w]: 3·near + far of two rows, or one row
	out        []byte  // [picture's width]
}

func newChroma(img *image.YCbCr, plane []byte) *chroma {
	c := &chroma{img: img, plane: plane, w: img.Rect.Dx(), h: img.Rect.Dy(), out: make([]byte, img.Rect.Dx())}
	switch img.SubsampleRatio {
	case image.YCbCrSubsampleRatio420:
		c.wide, c.tall = true, true
	case image.YCbCrSubsampleRatio422:
		c.wide = true
	case image.YCbCrSubsampleRatio440:
		c.tall = true
	}
	if c.wide {
		c.w = (c.w + 1) / 2
	}
	if c.tall {
		c.h = (c.h + 1) / 2
	}
	if c.wide && c.w < 3 {
		c.wide, c.tall = false, false // too narrow: libjpeg repeats
	}
	c.sums = make([]int32, c.w)
	return c
}

// row returns the plane's values for row y of the picture, until the next call.
func (c *chroma) row(y int) []byte {
	if !c.wide && !c.tall {
		for x := range c.out {
			c.out[x] = c.plane[c.img.COffset(c.img.Rect.Min.X+x, y)]
		}
		return c.out
	}
	y -= c.img.Rect.Min.Y
	c.down(y)
	switch {
	case !c.wide:
		for x, s := range c.sums {
			c.out[x] = uint8((s + 1 + int32(y&1)) >> 2)
		}
	case c.tall:
		c.across([2]int32{8, 7}, 4)
	default:
		c.across([2]int32{1, 2}, 2)
	}
	return c.out
}

// down fills sums for row y of the picture.
func (c *chroma) down(y int) {
	near, far := y, y
	if c.tall {
		near = y / 2
		far = min(max(near-1+2*(y&1), 0), c.h-1)
	}
	a, b := c.plane[near*c.img.CStride:][:c.w], c.plane[far*c.img.CStride:][:c.w]
	for x := range c.sums {
		c.sums[x] = int32(a[x])
		if c.tall {
			c.sums[x] = 3*int32(a[x]) + int32(b[x])
		}
	}
}

// across fills out from sums: even pixels lean to the left sample, odd ones to the right.
func (c *chroma) across(round [2]int32, shift int) {
	for x := range c.out {
		near := x / 2
		far := min(max(near-1+2*(x&1), 0), c.w-1)
		c.out[x] = uint8((3*c.sums[near] + c.sums[far] + round[x&1]) >> shift)
	}
}
