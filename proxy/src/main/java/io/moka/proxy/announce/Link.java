package io.moka.proxy.announce;

import io.moka.machinery.thread.TaskThread;
import io.moka.proxy.announce.Neighbours.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One interface of this node for one address family: receives other machines' messages, and answers for the announced addresses.
///
/// A thread `link-<interface>` receives. If the thread ends before the link is closed, as the interface went down or was removed or as the thread has failed,
/// [#isBroken()] is true.
final class Link implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Link.class);

    private final NetworkInterface device;
    private final Mac own;
    private final Neighbours messages;
    private final PacketSocket socket;
    private final MulticastSocket groups;
    private final BooleanSupplier mayAnswer;
    private final Thread receiver;
    private final Set<InetAddress> watched = ConcurrentHashMap.newKeySet();
    private final Set<InetAddress> answered = ConcurrentHashMap.newKeySet();
    // watched addresses that another machine has or wants, with that machine
    private final Map<InetAddress, Mac> claims = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile boolean broken;

    /// @param mayAnswer asked before each frame that says that this node has an address
    Link(NetworkInterface device, Neighbours messages, BooleanSupplier mayAnswer) throws IOException {
        this.device = device;
        this.own = new Mac(device.getHardwareAddress());
        this.messages = messages;
        this.mayAnswer = mayAnswer;
        this.groups = new MulticastSocket();
        this.socket = PacketSocket.open(device.getIndex(), messages.protocol(), messages.filter());
        this.receiver = TaskThread.startPlatform("link-" + device.getName(), this::receive);
    }

    String device() {
        return device.getName();
    }

    boolean isBroken() {
        return broken;
    }

    /// Takes note from now on of other machines that claim the address.
    void watch(InetAddress address) {
        claims.remove(address);
        if (watched.add(address) && messages instanceof NdpMessages) {
            joined(address, true);
        }
    }

    /// Answers questions for the address from now on.
    void answer(InetAddress address) {
        answered.add(address);
    }

    void forget(InetAddress address) {
        answered.remove(address);
        if (watched.remove(address) && messages instanceof NdpMessages) {
            joined(address, false);
        }
        claims.remove(address);
    }

    /// The kernel tells switches and its network card that frames to the address' group are wanted here.
    private void joined(InetAddress address, boolean join) {
        var group = new InetSocketAddress(NdpMessages.group(address), 0);
        try {
            if (join) {
                groups.joinGroup(group, device);
            } else {
                groups.leaveGroup(group, device);
            }
        } catch (IOException e) {
            log.warn("{}: cannot {} the group of {}: {}", device(), join ? "join" : "leave", address.getHostAddress(), e.getMessage());
        }
    }

    /// Returns the last machine that claimed the watched address; each claim is returned once.
    @Nullable Mac takeClaim(InetAddress address) {
        return claims.remove(address);
    }

    void probe(InetAddress address) throws IOException {
        socket.send(messages.probe(address, own));
    }

    void announce(InetAddress address) throws IOException {
        if (mayAnswer.getAsBoolean()) {
            socket.send(messages.announcement(address, own));
        }
    }

    private void receive() {
        try {
            while (!closed) {
                var frame = socket.receive();
                var message = frame == null ? null : messages.parse(frame);
                if (message != null && watched.contains(message.address())) {
                    hear(message);
                }
            }
        } catch (IOException e) {
            log.warn("interface {}: {}", device(), e.getMessage());
        } finally {
            broken = !closed;
            socket.close();
        }
    }

    private void hear(Message message) throws IOException {
        switch (message) {
            case Message.Claim(var address, var from) -> {
                if (!from.equals(own)) {
                    claims.put(address, from);
                }
            }
            case Message.Question question -> {
                if (question.from().equals(own)) {
                    return;
                }
                if (answered.contains(question.address())) {
                    if (mayAnswer.getAsBoolean()) {
                        socket.send(messages.answer(question, own));
                    }
                } else if (question.asking() == null) {
                    claims.put(question.address(), question.from());
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        answered.clear();
        watched.clear();
        groups.close();
        try {
            receiver.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
