// Package why remembers how alerts were decided, and says it in words: which clause held or failed, by which numbers, for how
// long, and what held an alert back. A Ring keeps the looks that matter on disk, also those at which nothing opened.
//
// A ring is a folder of files that are appended to; the oldest goes when all of them together would grow above a limit. A file
// is lines, each a checksum and JSON. The daemon writes; anybody may read meanwhile.
//
// # Why
//
// Text, and no database: an explanation is wanted once a month, by a person, perhaps from a card out of a board that is dead.
// Lines can be searched with grep, and a line that a crash has torn is passed over like one that never was.
//
// Nothing is synced. What a power cut takes are the last seconds, and the events themselves are kept elsewhere; a sync for
// each look would cost a memory card more than all events do. For the same reason lines are gathered for a second.
//
// The pipelines never wait for this disk. What it does not take is left out, and the line that comes next says how many were.
package why
