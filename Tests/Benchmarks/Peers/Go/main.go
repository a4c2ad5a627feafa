// What other clients take for the same things, under the same names as service-token-benchmarks gives its figures.
//
//	peers CLIENT NAME ISSUER    measures one figure (or those that come with it); CLIENT is original or oauth2
//	peers get ISSUER            prints a token: what startup.get starts
//	peers hold ISSUER           gets a token and prints how large the process is then: what memory.process starts
package main

import (
	"context"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "get" {
		token, err := newOriginal(os.Args[2] + "/0/31536000").ServiceToken(context.Background(), scopeText(0))
		check(err)
		fmt.Println(token)
		return
	}
	if len(os.Args) == 3 && os.Args[1] == "hold" {
		client := newOriginal(os.Args[2] + "/0/31536000")
		_, err := client.ServiceToken(context.Background(), scopeText(0))
		check(err)
		fmt.Print(residentKibibytes())
		return
	}
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: peers (original|oauth2) NAME ISSUER")
		os.Exit(64)
	}
	measure(os.Args[1], os.Args[2], os.Args[3])
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
