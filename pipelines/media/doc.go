// Package media is the one door by which pictures and sound leave the process: to the broker, or into files that are kept of
// alerts. It hides how they are encoded, what is covered in them, and what must stay here.
//
// A Picture and a Sound can only be made by a Door, and all who pass media on take nothing else. The Door knows the Policy:
// what never leaves, and which classes of things are covered before a picture does. It fails closed. A picture in which a
// class is to be covered leaves only if an encoder that finds the class has looked at that very picture, at all of it, and has
// not found as much as its events can hold. Until then, and without such an encoder for ever, it stays, and the error says so.
//
// A Keeper writes what is kept of alerts: pictures with the boxes of what was found in them, and sound from before and after
// an alert has opened. Names are given when it opens, so that its event can say them; the files come later, or, if the disk
// is full, not at all, which the log and the next alerts say. Old files make room for new ones.
//
// # Why
//
// A look must be at the very picture, not at one of about its time: who comes in between two pictures would be seen. So a
// lens stands before each encoder that must look, and holds what its encoder is looking at.
//
// Things are covered by grey squares, not smoothed or averaged: from many pictures of averages, each shifted a little, what
// was averaged can be computed. Pictures that differ only in what is covered leave as the same bytes. They are coded anew, so
// that no thumbnail that the camera made goes along.
//
// Memory is bounded: of a camera two pictures, two more for each encoder that looks at it, and those of eight alerts that
// wait to be written; of a microphone the sound from before to after an alert, at most 16 MiB.
package media
