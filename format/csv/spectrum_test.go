package csv

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The cases of csv-spectrum, a collection of what readers of CSV get wrong, written anew: the same rows come out of both readers, and
// line ends within quotes stay as they are.
func TestSpectrum(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       [][]string
	}{
		{"comma_in_quotes", "first,last,address,city,zip\nJohn,Doe,120 any st.,\"Anytown, WW\",08123", [][]string{{"first", "last", "address", "city", "zip"}, {"John", "Doe", "120 any st.", "Anytown, WW", "08123"}}},
		{"empty", "a,b,c\n1,\"\",\"\"\n2,3,4", [][]string{{"a", "b", "c"}, {"1", "", ""}, {"2", "3", "4"}}},
		{"empty_crlf", "a,b,c\r\n1,\"\",\"\"\r\n2,3,4", [][]string{{"a", "b", "c"}, {"1", "", ""}, {"2", "3", "4"}}},
		{"escaped_quotes", "a,b\n1,\"ha \"\"ha\"\" ha\"\n3,4\n", [][]string{{"a", "b"}, {"1", `ha "ha" ha`}, {"3", "4"}}},
		{"json", "key,val\n1,\"{\"\"type\"\": \"\"Point\"\", \"\"coordinates\"\": [102.0, 0.5]}\"\n", [][]string{{"key", "val"}, {"1", `{"type": "Point", "coordinates": [102.0, 0.5]}`}}},
		{"location_coordinates", "Phone,Location Coordinates,Cities\n1234567890,37�36'37.8\"N 121�2'17.9\"W,Modesto\n", [][]string{{"Phone", "Location Coordinates", "Cities"}, {"1234567890", "37�36'37.8\"N 121�2'17.9\"W", "Modesto"}}},
		{"newlines", "a,b,c\n1,2,3\n\"Once upon \na time\",5,6\n7,8,9\n", [][]string{{"a", "b", "c"}, {"1", "2", "3"}, {"Once upon \na time", "5", "6"}, {"7", "8", "9"}}},
		{"newlines_crlf", "a,b,c\r\n1,2,3\r\n\"Once upon \r\na time\",5,6\r\n7,8,9\r\n", [][]string{{"a", "b", "c"}, {"1", "2", "3"}, {"Once upon \r\na time", "5", "6"}, {"7", "8", "9"}}},
		{"quotes_and_newlines", "a,b\n1,\"ha \n\"\"ha\"\" \nha\"\n3,4\n", [][]string{{"a", "b"}, {"1", "ha \n\"ha\" \nha"}, {"3", "4"}}},
		{"simple", "a,b,c\n1,2,3\n", [][]string{{"a", "b", "c"}, {"1", "2", "3"}}},
		{"simple_crlf", "a,b,c\r\n1,2,3\r\n", [][]string{{"a", "b", "c"}, {"1", "2", "3"}}},
		{"utf8", "a,b,c\n1,2,3\n4,5,ʤ", [][]string{{"a", "b", "c"}, {"1", "2", "3"}, {"4", "5", "ʤ"}}},
	} {
		var want []string
		for _, row := range c.want {
			var b strings.Builder
			for _, cell := range row {
				fmt.Fprintf(&b, "[%s]", cell)
			}
			want = append(want, b.String())
		}
		if got, err := rows(strings.NewReader(c.text), Options{}); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, want)
		}
		one, _ := oneByOne(strings.NewReader(c.text), Options{})
		if got, err := inBlocks(strings.NewReader(c.text), Options{}, 16, 2); err != nil || !slices.Equal(got, one) {
			t.Errorf("%s, in blocks: %q, %v; want %q", c.name, got, err, one)
		}
	}
}
