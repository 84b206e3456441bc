package prep

// box is a part of a picture, in pixels.
type box struct{ x, y, w, h int }

// crop returns the part of a picture of w x h pixels that the model sees.
func (m *Image) crop(w, h int) box {
	if !m.center {
		return box{0, 0, w, h}
	}
	return centered(w, h, m.planes.width, m.planes.height)
}

// centered returns the largest part of a picture of w x h pixels that is shaped like toW x toH, in the middle.
func centered(w, h, toW, toH int) box {
	b := box{0, 0, w, h}
	if wide := int64(h) * int64(toW); int64(w)*int64(toH) > wide {
		b.w = max(int((wide+int64(toH)/2)/int64(toH)), 1)
	} else {
		b.h = max(int((int64(w)*int64(toH)+int64(toW)/2)/int64(toW)), 1)
	}
	b.x, b.y = (w-b.w)/2, (h-b.h)/2
	return b
}
