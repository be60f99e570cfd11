"""Links that are late, slow or damage what they carry, in tc's words."""


def netem_arguments(impairments):
    """What netem is to do; nothing where the link only has a bandwidth."""
    def value(key):
        return impairments.get(key, 0)
    argv = []
    if value('delayMs'):
        argv += ['delay', f'{value("delayMs")}ms']
    if value('jitterMs'):
        # At a rate (which no link reaches) netem keeps the order of what it delays by different times.
        argv += [f'{value("jitterMs")}ms', 'rate', '10gbit']
    for key, word in (('lossPercent', 'loss'), ('duplicatePercent', 'duplicate'), ('reorderPercent', 'reorder'),
                      ('corruptPercent', 'corrupt')):
        if value(key):
            argv += [word, f'{value(key)}%']
    return argv


def shaping(name, impairments):
    """tc's command lines for one end of a link: netem first, then the bandwidth and what may wait for it."""
    steps, parent = [], 'root'
    netem = netem_arguments(impairments)
    if netem:
        # Room for ten seconds of delay at 6,500 frames a second.
        steps.append(['root', 'handle', '1:', 'netem', 'limit', '65536', *netem])
        parent = 'parent 1:1'
    if 'bandwidthMbps' in impairments:
        bits = round(impairments['bandwidthMbps'] * 1e6)
        burst = str(max(3200, bits // 8000))  # a millisecond, and two frames at least
        tbf = ['tbf', 'rate', f'{bits}bit', 'burst', burst, 'limit', '3200']
        steps.append([*parent.split(), 'handle', '2:', *tbf])
        steps.append(['parent', '2:1', 'handle', '3:', 'pfifo', 'limit', str(impairments.get('queueFrames', 1000))])
    return [['tc', 'qdisc', 'add', 'dev', name, *step] for step in steps]


def shape(intf, impairments):
    """Makes what leaves by an interface as late, slow and damaged as lab.json says."""
    for argv in shaping(intf.name, impairments):
        _out, said, code = intf.node.pexec(*argv)
        if code != 0:
            raise RuntimeError(f'{" ".join(argv)}: {said.strip() or f"exit code {code}"}')
