/// Addresses: the machine's own, and ranges of them. One promise: [HostAddress] gives the same answer to every process of a machine.
@NullMarked
package io.moka.machinery.net;

import org.jspecify.annotations.NullMarked;
