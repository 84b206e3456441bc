// Package replay gives recordings as sources: pictures as a camera, WAVs as a microphone, a CSV series as a chip, and any
// sensor of what edged itself has recorded. It hides file formats, folders and pacing; what comes out is what a driver
// would give.
//
// An error of Read other than io.EOF and the context's is about one sample (a corrupt picture, a WAV cut short, a row
// that does not parse), names the file and where in it, and may be followed by good samples: read on. io.EOF is the end.
// A source that repeats ends too, after a round in which nothing was good, so that a reader that reads on cannot spin.
//
// # Why
//
// Times are those at which a driver would have handed the sample over, counted from the first Read on the monotonic
// clock: a late reader gets late samples with their own times, as out of a driver's buffer, and loses none, so that a
// replay has the same samples every time. With Fast nothing waits, the times still step as recorded, and so run ahead of
// the clock.
//
// Files are read as they are needed, by size limits that hold for hostile ones: a picture's size is known before its
// pixels are unpacked, sound and rows pass through fixed buffers, and nothing that a header claims is believed beyond
// the file's own size.
//
// The WAV reader is our own and small. go-audio/wav, which the tests hold it against, allocates what a header claims (up
// to 4 GiB for one fmt chunk), takes float samples for integers, does not say which of the two an extensible file has,
// and allocates for every buffer read.
package replay
