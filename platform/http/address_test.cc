#include "platform/http/address.h"

#include <gtest/gtest.h>

#include "platform/base/error.h"

namespace http {
namespace {

TEST(Address, BlocksHoldTheirAddresses) {
    const AddressBlocks blocks({"10.0.0.0/8", "192.168.1.7", "fd00::/9", "172.16.0.0/12"});
    for (const char* address :
         {"10.0.0.1", "10.255.255.255", "192.168.1.7", "::ffff:10.1.2.3", "fd00::1", "172.31.9.9"})
        EXPECT_TRUE(blocks.contains(address)) << address;
    for (const char* address :
         {"11.0.0.1", "192.168.1.8", "fd80::1", "::1", "", "ten", "172.32.0.1"})
        EXPECT_FALSE(blocks.contains(address)) << address;
    EXPECT_TRUE(AddressBlocks({"0.0.0.0/0"}).contains("8.8.8.8"));
    EXPECT_FALSE(AddressBlocks({"0.0.0.0/0"}).contains("fd00::1"));
    EXPECT_TRUE(AddressBlocks({"::/0"}).contains("fd00::1"));
}

TEST(Address, BlocksThatCannotBeReadAreNamed) {
    for (const char* entry : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129", "host"})
        EXPECT_THROW(AddressBlocks({entry}), base::Error) << entry;
}

TEST(Address, TheRightmostUntrustedOneIsTheClient) {
    const AddressBlocks trusted({"10.0.0.0/8"});
    EXPECT_EQ(client_address("1.2.3.4", "9.9.9.9", trusted), "1.2.3.4");
    EXPECT_EQ(client_address("10.0.0.1", "", trusted), "10.0.0.1");
    EXPECT_EQ(client_address("10.0.0.1", "9.9.9.9", trusted), "9.9.9.9");
    EXPECT_EQ(client_address("10.0.0.1", "6.6.6.6, 9.9.9.9, 10.0.0.2", trusted), "9.9.9.9");
    EXPECT_EQ(client_address("10.0.0.1", "10.0.0.3, 10.0.0.2", trusted), "10.0.0.3");
    EXPECT_EQ(client_address("10.0.0.1", "6.6.6.6, unknown", trusted), "10.0.0.1");
    EXPECT_EQ(client_address("10.0.0.1", "9.9.9.9:4711", trusted), "9.9.9.9");
    EXPECT_EQ(client_address("10.0.0.1", "\"[fd00::7]:80\"", trusted), "fd00::7");
    EXPECT_EQ(client_address("10.0.0.1", "fd00::7", trusted), "fd00::7");
}

}  // namespace
}  // namespace http
