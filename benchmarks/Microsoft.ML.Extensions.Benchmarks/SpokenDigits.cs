using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Recordings of spoken digits (Jakobovski, free-spoken-digit-dataset): 8 kHz, raw, 0.1 to 2.3 s.</summary>
/// <param name="Take">The number of the speaker's take of the digit; the data set's own split uses 0 to 4 as test.</param>
/// <param name="Series">Samples from -1 to 1, and the digit.</param>
internal sealed record SpokenDigits(int Take, ClassifiedSeries Series)
{
    private const int FirstTrainTake = 5;

    public bool IsTest => Take < FirstTrainTake;

    /// <summary>All recordings, ordered by name; none if the file is not available.</summary>
    public static IReadOnlyList<SpokenDigits> Load()
    {
        if (SharedData.Find("fsdd/recordings.zip") is not { } path)
        {
            return [];
        }
        using var zip = ZipFile.OpenRead(path);
        return [.. zip.Entries.Where(entry => entry.Name.EndsWith(".wav", StringComparison.Ordinal))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(Read)];
    }

    /// <summary>Every n-th sample: the same sound at a lower rate.</summary>
    public ClassifiedSeries Subsampled(int every) =>
        new() { Label = Series.Label, Features = [.. Series.Features.Where((_, sample) => sample % every == 0)] };

    // Named digit_speaker_take.wav.
    private static SpokenDigits Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var parts = Path.GetFileNameWithoutExtension(entry.Name).Split('_');
        return new SpokenDigits(
            int.Parse(parts[2], CultureInfo.InvariantCulture),
            new ClassifiedSeries
            {
                Label = uint.Parse(parts[0], CultureInfo.InvariantCulture),
                Features = Samples(memory.ToArray(), entry.Name)
            });
    }

    // Chunks of a RIFF file: four letters, a length, the content; samples are 16 bit, one channel.
    private static float[] Samples(byte[] wave, string name)
    {
        for (var place = 12; place + 8 <= wave.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(wave.AsSpan(place + 4));
            if (wave.AsSpan(place, 4).SequenceEqual("data"u8))
            {
                var samples = new float[Math.Min(length, wave.Length - place - 8) / sizeof(short)];
                for (var i = 0; i < samples.Length; i++)
                {
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(wave.AsSpan(place + 8 + (i * sizeof(short)))) / 32768f;
                }
                return samples;
            }
            place += 8 + length + (length % 2);
        }
        throw new InvalidDataException($"{name} has no data chunk.");
    }
}
