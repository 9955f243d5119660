package terminal

import (
	"bytes"
	"fmt"
	"image"
	"io"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
	"github.com/charmbracelet/x/ansi/sixel"
)

// WriteSixel writes a picture as sixels, with at most 256 colours, and a line break.
func WriteSixel(w io.Writer, img image.Image) error {
	var payload bytes.Buffer
	if err := new(sixel.Encoder).Encode(&payload, img); err != nil {
		return fmt.Errorf("terminal: sixel: %w", err)
	}
	// The second parameter 1 leaves what is not drawn as it was.
	_, err := io.WriteString(w, ansi.SixelGraphics(0, 1, 0, payload.Bytes())+"\n")
	return err
}

// WriteKitty writes a picture by kitty's graphics protocol and a line break. The terminal is asked not to
// answer, because nobody would read that.
func WriteKitty(w io.Writer, img image.Image) error {
	var sequence bytes.Buffer
	err := kitty.EncodeGraphics(&sequence, img, &kitty.Options{
		Action:       kitty.TransmitAndPut,
		Transmission: kitty.Direct,
		Format:       kitty.PNG,
		Quiet:        2,
		Chunk:        true,
	})
	if err != nil {
		return fmt.Errorf("terminal: kitty: %w", err)
	}
	sequence.WriteByte('\n')
	_, err = w.Write(sequence.Bytes())
	return err
}
