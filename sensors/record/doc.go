// Package record writes what sensors gave into one MCAP file, and reads it back: pictures, sound and readings, the errors
// between them, and what encoders took, each in the order in which it happened. Foxglove opens the file; a sensor's samples
// are on /sensors/<name>.
//
// A recording that was cut off, by kill -9 or a full disk, is read up to the last whole chunk, which is at most a second
// of pictures or ten of sparse readings old.
//
// # Why
//
// Pictures are foxglove.RawImage or, as they came, foxglove.CompressedImage; sound is foxglove.RawAudio. All are protobuf,
// for JSON would make pictures a third larger. What those schemas have no place for stands in fields of our own, numbered
// from 101 on, which viewers pass over. RawAudio is 16 bits deep, a Clip is not: where 16 bits would lose anything, a field
// beside them holds the float32 as they were. RawImage knows neither NV12 nor YUV420: those are shown as grey pictures,
// the chroma lying behind the rows.
//
// One number stands for each time: nanoseconds of Go's monotonic clock since the recording's start, added to the wall
// clock at its start. So all distances between times come back as they were, even if somebody sets the wall clock.
//
// Files are written by the mcap module and read by our own reader, which needs a tenth of the format: the module's trusts
// lengths in the file, and panics where they are wrong. Tests read what we write with the module's.
package record
