namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The clips of the rows of a batch, and the weight of each step.</summary>
internal sealed class FrameClips
{
    private readonly FrameClip[] _clips;

    private FrameClips(IEnumerable<FrameClip> clips)
    {
        _clips = [.. clips];
        Length = _clips.Max(clip => clip.Length);
    }

    /// <summary>The number of clips, M; those of a row follow one another.</summary>
    public int Count => _clips.Length;

    /// <summary>The steps of the longest clip, n.</summary>
    public int Length { get; }

    public IReadOnlyList<FrameClip> Clips => _clips;

    /// <summary>The row of each clip, <c>[M]</c>.</summary>
    public long[] Rows => Array.ConvertAll(_clips, clip => (long)clip.Row);

    /// <summary>One clip for each whole row.</summary>
    public static FrameClips Whole(int[] lengths) => new(lengths.Select((length, row) => new FrameClip(row, 0, length)));

    /// <summary>One clip of each row, at a relative position from 0 to below 1.</summary>
    public static FrameClips Drawn(int[] lengths, int clipLength, ReadOnlySpan<float> places)
    {
        var clips = new FrameClip[lengths.Length];
        for (var row = 0; row < lengths.Length; row++)
        {
            var free = Math.Max(0, lengths[row] - clipLength);
            clips[row] = new FrameClip(row, Math.Min((int)(places[row] * (free + 1)), free), Math.Min(clipLength, lengths[row]));
        }
        return new FrameClips(clips);
    }

    /// <summary>
    /// Clips every <paramref name="stride"/> frames, the last moved back so that it ends with the row; a shorter row is one clip.
    /// </summary>
    public static FrameClips Covering(int[] lengths, int clipLength, int stride) =>
        new(lengths.SelectMany((length, row) => Starts(length - clipLength, stride)
            .Select(start => new FrameClip(row, start, Math.Min(clipLength, length)))));

    /// <summary>The weight of each step, <c>[M, n]</c>: not negative, 0 after a clip's end, with sum 1 for each row.</summary>
    public float[] Weights(FrameFusion fusion)
    {
        var clipsOfRow = _clips.GroupBy(clip => clip.Row).ToDictionary(group => group.Key, group => group.Count());
        var weights = new float[Count * Length];
        for (var index = 0; index < Count; index++)
        {
            var clip = _clips[index];
            var steps = weights.AsSpan(index * Length, clip.Length);
            var share = 1f / clipsOfRow[clip.Row];
            if (fusion == FrameFusion.Last)
            {
                steps[^1] = share;
            }
            else
            {
                steps.Fill(share / clip.Length);
            }
        }
        return weights;
    }

    /// <summary>The distinct frames of all clips in order, as indices into a batch with this number of steps per row.</summary>
    public long[] Frames(long steps) =>
        [.. _clips.SelectMany(clip => Enumerable.Range(0, clip.Length).Select(step => (clip.Row * steps) + clip.Start + step)).Distinct()
            .Order()];

    /// <summary>
    /// The index of each step of each clip in <see cref="Frames"/>, <c>[M, n]</c>; the number of frames after a clip's end.
    /// </summary>
    public long[] Places(long steps)
    {
        var frames = Frames(steps);
        var places = new long[Count * Length];
        Array.Fill(places, frames.Length);
        for (var index = 0; index < Count; index++)
        {
            var clip = _clips[index];
            var first = Array.BinarySearch(frames, (clip.Row * steps) + clip.Start);
            for (var step = 0; step < clip.Length; step++)
            {
                places[(index * Length) + step] = first + step;
            }
        }
        return places;
    }

    private static IEnumerable<int> Starts(int last, int stride)
    {
        for (var start = 0; start < last; start += stride)
        {
            yield return start;
        }
        yield return Math.Max(0, last);
    }
}
