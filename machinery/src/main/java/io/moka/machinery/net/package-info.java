/// What processes share of the network: the machine's own address, ranges of addresses, and the compression of answers. One promise: [HostAddress] gives the same answer to every process of a machine.
@NullMarked
package io.moka.machinery.net;

import org.jspecify.annotations.NullMarked;
