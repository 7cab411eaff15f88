/// Finds the machine's own address, computes with ranges of addresses, and compresses answers; used by several processes. One promise: [HostAddress] gives the same answer to every process of a machine.
@NullMarked
package io.moka.machinery.net;

import org.jspecify.annotations.NullMarked;
