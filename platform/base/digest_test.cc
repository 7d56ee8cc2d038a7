#include "platform/base/digest.h"

#include <gtest/gtest.h>

#include "platform/base/random.h"

namespace {

TEST(Digest, OfPiecesIsThatOfTheWhole) {
    base::Sha256 digest;
    digest.add("ab");
    digest.add("");
    digest.add("c");
    EXPECT_EQ(
        base::hex(digest.end()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

}  // namespace
