// Command fixtures writes the files of ../testdata with the reader's peer, parquet-go: the same rows in every encoding, compression and
// version of pages, and rows.csv, what they are as text.
//
//	cd format/parquet/_fixtures && go run . ../testdata
package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
)

type address struct {
	Street string `parquet:"street"`
	Zip    *int32 `parquet:"zip,optional"`
}

// row has a column of every type, and of every encoding where the tags say one.
type row struct {
	ID       int64            `parquet:"id,delta"`
	Area     float64          `parquet:"area"`
	Rooms    *int32           `parquet:"rooms,optional"`
	Delta    int32            `parquet:"delta,delta"`
	District string           `parquet:"district,dict"`
	Grade    *string          `parquet:"grade,optional,dict"`
	Garden   *bool            `parquet:"garden,optional"`
	Flag     bool             `parquet:"flag"`
	Sold     int32            `parquet:"sold,date"`
	At       time.Time        `parquet:"at,timestamp(microsecond)"`
	Legacy   deprecated.Int96 `parquet:"legacy"`
	Price    int64            `parquet:"price,decimal(2:12)"`
	Code     string           `parquet:"code,delta"`
	Note     string           `parquet:"note,delta"`
	Weight   float32          `parquet:"weight,split"`
	Wide     float64          `parquet:"wide,split"`
	Count    uint16           `parquet:"count"`
	Key      [16]byte         `parquet:"key,uuid"`
	Address  *address         `parquet:"address,optional"`
	Tags     []string         `parquet:"tags"`
	Last     uint64           `parquet:"last,dict"`
}

func of[T any](v T) *T { return &v }

const rows = 240

func table() (all []row, text [][]string) {
	text = append(text, []string{
		"id", "area", "rooms", "delta", "district", "grade", "garden", "flag", "sold", "at", "legacy", "price", "code", "note", "weight", "wide", "count", "key",
		"address.street", "address.zip", "last",
	})
	for i := range rows {
		r := row{
			ID: int64(i) * 1_000_003, Area: 40 + float64(i*i%977)/8, Delta: int32(i*i%301) - 150, District: []string{"North", "South", "Centre, old", `the "Hill"`}[i/3%4],
			Flag: i%3 == 0, Sold: int32(18000 + i), At: time.UnixMicro(1_600_000_000_000_000 + int64(i)*86_400_000_001).UTC(),
			Legacy: deprecated.Int96{0, 0, uint32(2440588 + i)}, Price: int64(i)*1234567 - 5000000, Code: fmt.Sprintf("item-%04d", i), Note: string(bytes.Repeat([]byte{'x'}, i%7)),
			Weight: float32(i) / 3, Wide: math.Exp(float64(i) / 100), Count: uint16(65535 - i), Last: math.MaxUint64 - uint64(i%5),
		}
		for j := range r.Key {
			r.Key[j] = byte(i + j)
		}
		key := fmt.Sprintf("%x-%x-%x-%x-%x", r.Key[:4], r.Key[4:6], r.Key[6:8], r.Key[8:10], r.Key[10:])
		cells := []string{
			strconv.FormatInt(r.ID, 10), strconv.FormatFloat(r.Area, 'g', -1, 64), "", strconv.Itoa(int(r.Delta)), r.District, "", "", strconv.FormatBool(r.Flag),
			time.Unix(int64(r.Sold)*86400, 0).UTC().Format(time.DateOnly), r.At.Format("2006-01-02 15:04:05.999999999"),
			time.Unix(int64(i)*86400, 0).UTC().Format(time.DateTime), "", r.Code, r.Note, strconv.FormatFloat(float64(r.Weight), 'g', -1, 32),
			strconv.FormatFloat(r.Wide, 'g', -1, 64), strconv.Itoa(int(r.Count)), key, "", "", strconv.FormatUint(r.Last, 10),
		}
		sign, v := "", r.Price
		if v < 0 {
			sign, v = "-", -v
		}
		cells[11] = fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
		if i%5 != 0 {
			r.Rooms = of(int32(i % 9))
			cells[2] = strconv.Itoa(i % 9)
		}
		if i%7 != 0 && i > 30 {
			r.Grade = of(string(rune('A' + i%3)))
			cells[5] = *r.Grade
		}
		if i%4 != 1 {
			r.Garden = of(i%8 < 4)
			cells[6] = strconv.FormatBool(*r.Garden)
		}
		if i%6 != 0 {
			r.Address = &address{Street: "Road " + strconv.Itoa(i%11)}
			cells[18] = r.Address.Street
			if i%4 != 0 {
				r.Address.Zip = of(int32(10000 + i))
				cells[19] = strconv.Itoa(10000 + i)
			}
		}
		for range i % 3 {
			r.Tags = append(r.Tags, "t")
		}
		all, text = append(all, r), append(text, cells)
	}
	return all, text
}

func main() {
	dir := os.Args[1]
	all, text := table()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.WriteAll(text)
	check(os.WriteFile(filepath.Join(dir, "rows.csv"), b.Bytes(), 0o666))
	for name, codec := range map[string]compress.Codec{
		"plain": &parquet.Uncompressed, "snappy": &parquet.Snappy, "gzip": &parquet.Gzip, "zstd": &parquet.Zstd, "lz4": &parquet.Lz4Raw, "brotli": &parquet.Brotli,
	} {
		for version := 1; version <= 2; version++ {
			if name == "brotli" && version == 2 {
				continue
			}
			var b bytes.Buffer
			w := parquet.NewGenericWriter[row](&b, parquet.Compression(codec), parquet.DataPageVersion(version), parquet.PageBufferSize(256), parquet.MaxRowsPerRowGroup(100),
				parquet.CreatedBy("fixtures", "1", "1"), parquet.DataPageStatistics(version == 2))
			_, err := w.Write(all)
			check(err)
			check(w.Close())
			check(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.parquet", name, version)), b.Bytes(), 0o666))
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
