package io.moka.proxy.announce;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// The messages by which the machines of a network find each other's hardware addresses, as one family has them.
sealed interface Neighbours permits ArpMessages, NdpMessages {

    /// The message of another machine's frame.
    sealed interface Message {

        InetAddress address();

        /// A machine asks for the owner of the address. A machine that only probes whether the address is free has no address of its own yet.
        record Question(InetAddress address, Mac from, @Nullable InetAddress asking) implements Message {
        }

        /// A machine states that it has the address.
        record Claim(InetAddress address, Mac from) implements Message {
        }
    }

    /// The type of the Ethernet frames.
    int protocol();

    PacketSocket.Instruction[] filter();

    /// The frame's message; null for one that is none of these messages.
    @Nullable Message parse(byte[] frame);

    /// Asks whether any machine has the address.
    byte[] probe(InetAddress address, Mac own);

    /// Tells all machines that this one has the address.
    byte[] announcement(InetAddress address, Mac own);

    byte[] answer(Message.Question question, Mac own);
}
