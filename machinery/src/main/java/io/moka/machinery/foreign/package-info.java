/// Helps to call functions of the C library for which the JDK has no class, such as the kubelet's system calls on open directories and the proxy's packet
/// sockets. Read [NativeFunctions].
@NullMarked
package io.moka.machinery.foreign;

import org.jspecify.annotations.NullMarked;
