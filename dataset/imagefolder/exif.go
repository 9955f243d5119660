package imagefolder

import (
	"bytes"
	"encoding/binary"
)

// A camera stores a picture as its sensor lies and notes how it was held, in Exif: orientation 1 is upright, 2 to 4 are mirrored or upside
// down, 5 to 8 lie on their side (Exif 2.32, tag 0x0112).

const orientationTag = 0x0112

// orientation finds the note in the files that can have one, by format; 1 where there is none, or a broken one.
func orientation(format string, data []byte) int {
	switch format {
	case "JPEG":
		for _, s := range segments(data) {
			if s.marker == 0xe1 {
				if exif, ok := bytes.CutPrefix(s.body, []byte("Exif\x00\x00")); ok {
					return oriented(exif)
				}
			}
		}
	case "PNG": // after the signature: length, name, body, checksum
		for at := 8; at+12 <= len(data); {
			n := int(binary.BigEndian.Uint32(data[at:]))
			if n > len(data)-at-12 {
				break
			}
			if string(data[at+4:at+8]) == "eXIf" {
				return oriented(data[at+8 : at+8+n])
			}
			at += 12 + n
		}
	case "WebP": // after RIFF, length, WEBP: name, length, body, filled up to an even length
		for at := 12; at+8 <= len(data); {
			n := int(binary.LittleEndian.Uint32(data[at+4:]))
			if n > len(data)-at-8 {
				break
			}
			if string(data[at:at+4]) == "EXIF" {
				return oriented(bytes.TrimPrefix(data[at+8:at+8+n], []byte("Exif\x00\x00")))
			}
			at += 8 + n + n%2
		}
	case "TIFF":
		return oriented(data)
	}
	return 1
}

// oriented reads the note from the first directory of a TIFF structure, which Exif is as well.
func oriented(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at > len(tiff)-2 {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		const short = 3
		if order.Uint16(entries) == orientationTag {
			if o := int(order.Uint16(entries[8:])); order.Uint16(entries[2:]) == short && o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// A segment is a part of a JPEG file before its first scan.
type segment struct {
	marker byte
	body   []byte
}

// segments returns what is before the first scan, as far as it is sound.
func segments(data []byte) []segment {
	var list []segment
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		marker := data[at+1]
		if marker == 0xff { // a filler
			at++
			continue
		}
		n := int(binary.BigEndian.Uint16(data[at+2:]))
		if n < 2 || n > len(data)-at-2 || marker == startOfScan {
			break
		}
		list = append(list, segment{marker, data[at+4 : at+2+n]})
		at += 2 + n
	}
	return list
}

// turn writes the planes of a stored picture [channels, h, w] to dst as they are to be seen: with width and height exchanged for
// orientations from 5 on.
func turn(dst, stored []uint8, w, h, channels, orientation int) {
	width, height := w, h
	if orientation >= 5 {
		width, height = h, w
	}
	for c := range channels {
		from, to := stored[c*w*h:(c+1)*w*h], dst[c*w*h:(c+1)*w*h]
		for y := range height {
			for x := range width {
				var sx, sy int
				switch orientation {
				case 2:
					sx, sy = w-1-x, y
				case 3:
					sx, sy = w-1-x, h-1-y
				case 4:
					sx, sy = x, h-1-y
				case 5:
					sx, sy = y, x
				case 6:
					sx, sy = y, h-1-x
				case 7:
					sx, sy = w-1-y, h-1-x
				case 8:
					sx, sy = w-1-y, x
				default:
					sx, sy = x, y
				}
				to[y*width+x] = from[sy*w+sx]
			}
		}
	}
}
