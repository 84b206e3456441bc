// Package jpeg decodes the JPEGs of cameras (ITU-T T.81, baseline and progressive) into planes of Y, U and V, whole or
// scaled to 1/2, 1/4 or 1/8 while decoding. It hides the format's segments, its Huffman codes and its cosine transforms.
//
// # Why
//
// A model wants a small picture and a camera gives a large one. An 8x8 block of a JPEG is stored as frequencies, and its
// lowest 4x4, 2x2 or 1x1 of them are the block at that size: what a model does not need is then neither transformed nor
// written, only stepped over in the Huffman stage. Package image/jpeg cannot do that, allocates each picture anew, and
// takes no motion JPEG without Huffman tables.
//
// Planes, not RGB: chroma is usually stored at half the size, and it is cheaper to resize it from there and to convert
// the few pixels that remain.
//
// The transform of whole blocks computes what libjpeg's does, bit for bit, since models are trained with pictures that
// it decoded. That of image/jpeg differs from it by 1 now and then.
package jpeg
