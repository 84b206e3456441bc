// Package prep turns samples of sensors into the inputs of models: pictures resized and quantized, sound as MLPerf
// Tiny's or micro_speech's front end wants it or as log-mel spectrograms, windows of samples or of readings. ForFrame,
// ForClip and ForReading choose by the model's card and its input tensor. It hides the arithmetic of resizing, resampling
// and spectra.
//
// # Why
//
// Pictures are resized as Pillow's antialiased BILINEAR does it, in the same fixed point, because that is what the
// published models were measured with; so an input made here can be compared byte by byte with one made in Python. Those
// of cameras, YUYV and JPEG and the like, would have to be converted first for that, and a board has no time for it: they
// are resized as they are, with the same filter in coarser fixed point. How far that is from converting first stands in
// the tests (half a level in the mean).
//
// Sound is addressed by sample number since its recording began. Windows start at sample 0 and every hop after it, so
// a one-second file gives a window that is exactly the file, and the same file gives the same windows however it is
// cut into clips.
//
// Readings come as rows: Vector has one for each reading, and every field must be there. Series has rows in time, for
// sensors that go their own ways: what is missing in a row's time is told to the model as missing.
//
// A Preparer copies what it needs from a sample in Add: its caller may reuse the sample at once.
package prep
