"""The benchmark's medians as bars, in an SVG file: ratio to warm tmpfs, cold, on a logarithmic scale."""
import math

COLOURS = {"ismapfs": "#1f6f3f", "ismapfs, prefetch=off": "#8fc49f",
           "ismapfs, a user's mount": "#c9e3cf", "erofs (kernel)": "#4a6fa5",
           "squashfs (kernel)": "#9db4d6", "squashfuse_ll": "#c0703a",
           "rclone": "#8a8a8a", "archivemount": "#bdbdbd"}
BAR, GAP, GROUP, WIDTH, LEFT = 13, 2, 16, 760, 110
LOWEST, HIGHEST = 0.5, 128.0


def x_of(ratio):
    ratio = min(max(ratio, LOWEST), HIGHEST)
    return LEFT + (WIDTH - LEFT - 60) * math.log(ratio / LOWEST) / math.log(HIGHEST / LOWEST)


def text(x, y, words, more=""):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return '<text x="%.1f" y="%.1f" %s>%s</text>' % (x, y, more, words)


def write(path, results, commands, names, median):
    names = [name for name in names if name != "tmpfs"]
    parts, y = [], 74
    for number, name in enumerate(names):
        x, line = LEFT + number % 4 * 150, 14 * (number // 4)
        parts.append('<rect x="%d" y="%d" width="10" height="10" fill="%s"/>' % (x, 24 + line, COLOURS.get(name, "#777")))
        parts.append(text(x + 14, 33 + line, name))
    top = y
    for tree, rows in results.items():
        parts.append(text(4, y + 10, tree, 'font-weight="bold"'))
        y += 18
        for command in commands:
            base = median(rows["tmpfs", command, "warm"])
            parts.append(text(LEFT - 6, y + len(names) * (BAR + GAP) / 2 + 4, command, 'text-anchor="end"'))
            for name in names:
                value = median(rows.get((name, command, "cold"), []))
                if value is not None and base:
                    ratio = value / base
                    parts.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>' % (
                        x_of(LOWEST), y, x_of(ratio) - x_of(LOWEST), BAR, COLOURS.get(name, "#777")))
                    parts.append(text(x_of(ratio) + 4, y + BAR - 3, "%.1f" % ratio))
                y += BAR + GAP
            y += GROUP
    grid, ratio = [], 1.0
    while ratio <= HIGHEST:
        grid.append('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="%s"/>' % (
            x_of(ratio), x_of(ratio), top, y, "#444" if ratio == 1 else "#ddd"))
        grid.append(text(x_of(ratio), y + 14, "%d" % ratio, 'text-anchor="middle"'))
        ratio *= 2
    with open(path, "w") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
                   'font-family="sans-serif" font-size="11">\n' % (WIDTH, y + 24))
        file.write('<rect width="100%" height="100%" fill="white"/>\n')
        file.write(text(4, 14, "Time of a first walk over a fresh mount, as a multiple of warm tmpfs "
                               "(logarithmic; shorter is faster)", 'font-weight="bold"') + "\n")
        file.write("\n".join(grid + parts) + "\n</svg>\n")
