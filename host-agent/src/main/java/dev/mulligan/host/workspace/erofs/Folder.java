package dev.mulligan.host.workspace.erofs;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A folder of an image: its place is given at its beginning, and its names are written at its end. */
public final class Folder {
    private static final int ENTRY = 12;
    private static final ByteString SELF = ByteString.copyFromUtf8(".");
    private static final ByteString PARENT = ByteString.copyFromUtf8("..");

    private final ErofsWriter writer;
    private final Inode inode;
    private final List<Entry> entries = new ArrayList<>();
    private int names = 2;

    Folder(ErofsWriter writer, Inode inode, Inode parent) {
        this.writer = writer;
        this.inode = inode;
        entries.add(new Entry(SELF, inode));
        entries.add(new Entry(PARENT, parent));
    }

    private record Entry(ByteString name, Inode inode) {}

    /** Begins a folder in this one; it must have ended before this one does. */
    public Folder folder(ByteString name) throws IOException {
        Folder child = writer.begin(inode);
        add(name, child.inode);
        names++;
        return child;
    }

    /** Puts a symbolic link into this folder. */
    public void link(ByteString name, Attributes attributes, ByteString target) throws IOException {
        add(name, writer.link(attributes, target));
    }

    /** Gives a file its name. */
    public void add(ByteString name, Inode file) {
        entries.add(new Entry(name, file));
    }

    /** All names are known. */
    public void end(Attributes attributes) throws IOException {
        entries.sort(Comparator.comparing(Entry::name, ByteString.unsignedLexicographicalComparator()));
        ByteBuffer listing = listing();
        writer.end(inode, attributes, names, listing);
    }

    /** Blocks of names, each with a table of its own; the kernel searches them by halves. */
    private ByteBuffer listing() {
        List<Integer> firsts = new ArrayList<>();
        int used = Layout.BLOCK;
        for (int at = 0; at < entries.size(); at++) {
            int more = ENTRY + entries.get(at).name.size();
            if (used + more > Layout.BLOCK) {
                firsts.add(at);
                used = 0;
            }
            used += more;
        }
        ByteBuffer listing =
                ByteBuffer.allocate((firsts.size() - 1) * Layout.BLOCK + used).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; block < firsts.size(); block++) {
            int end = block + 1 < firsts.size() ? firsts.get(block + 1) : entries.size();
            put(listing, block * Layout.BLOCK, entries.subList(firsts.get(block), end));
        }
        return listing.clear();
    }

    private static void put(ByteBuffer listing, int block, List<Entry> entries) {
        int name = entries.size() * ENTRY;
        int at = block;
        for (Entry entry : entries) {
            listing.putLong(at, entry.inode.number())
                    .putShort(at + 8, (short) name)
                    .put(at + 10, entry.inode.kind().inDirectory())
                    .position(block + name);
            entry.name.copyTo(listing);
            name += entry.name.size();
            at += ENTRY;
        }
    }
}
