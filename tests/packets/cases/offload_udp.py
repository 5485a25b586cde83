# SPDX-License-Identifier: GPL-2.0-only
"""Statement 23 for UDP that a device cuts into datagrams (SKB_GSO_UDP_L4), which devices of
this kind are given since Linux 6.2: cases of the profiles `uso` and `nouso` are for these.
"""

from cases.common import *
from cases.headers_64 import LONGEST_WITHOUT_DF
from cases.offload import HEADER_LENGTH, VNET, seeded, vnet

UDP_L4 = 5


def cases():
    for length, size in ((3000, 1000), (3001, 1000), (9000, 1400)):
        data = (DATA * 20)[:length]
        chunks = [data[at:at + size] for at in range(0, length, size)]
        title = f"20, 23: UDP in segments, {length} bytes by {size}"
        head, after = in4(), out6()
        sent = packet(head, UDP_, seeded(head, UDP_, udp(head, data), 6))
        whole = packet(after, UDP_, seeded(after, UDP_, udp(after, data), 6))
        here = vnet(head, 6, UDP_L4, 28, size)
        yield title, "uso", 4, [sent], \
            [Expect(6, vnet(after, 6, UDP_L4, 0, size) + whole, (HEADER_LENGTH,))], here
        yield *to6(title, sent, *(packet(after, UDP_, udp(after, chunk)) for chunk in chunks),
                   profile="nouso"), here
        head = in6()
        after = out4(flags="DF" if size + 28 > LONGEST_WITHOUT_DF else 0)
        sent = packet(head, UDP_, seeded(head, UDP_, udp(head, data), 6))
        whole = packet(after, UDP_, seeded(after, UDP_, udp(after, data), 6))
        here = vnet(head, 6, UDP_L4, 48, size)
        yield title, "uso", 6, [sent], \
            [Expect(4, vnet(after, 6, UDP_L4, 0, size) + whole,
                    (HEADER_LENGTH, (VNET + 4, 2)))], here
        yield *to4(title, sent, *(packet(after, UDP_, udp(after, chunk)) for chunk in chunks),
                   profile="nouso"), here
