package camera

import "errors"

// Report is what can be learned of a V4L2 node without a picture.
type Report struct {
	Gives   string // its formats and sizes
	Bare    bool   // a sensor whose pictures only a processor beside it can make
	Holders string // the programs that have it open, as far as this user may know
}

// ErrNoPictures is wrapped by the error of a node that is no camera: metadata, an output, a decoder, a processor.
var ErrNoPictures = errors.New("gives no pictures of its own: it is another node of a camera, or an output")
