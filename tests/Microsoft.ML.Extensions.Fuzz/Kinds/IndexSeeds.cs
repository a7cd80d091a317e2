using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Files of rankers and of dense indexes: description and tensors changed under a checksum that agrees, or as bytes.</summary>
internal static class IndexSeeds
{
    private const int Letters = 8;
    private const int Checked = Letters + SHA256.HashSizeInBytes;
    private const string Names = "names";

    private static readonly MLContext Context = new(1);

    private static readonly (string Id, string[] Texts)[] Documents =
        [("d1", ["wings in flow", "the heat of wings"]), ("d2", ["heat", ""]), ("d3", ["flow and heat", "on a wing"]), ("\u00E9", ["", "bodies in flow"])];

    public static IReadOnlyList<FuzzSeed> All(string folder) => [Ranker(folder, null), Ranker(folder, new Second()), Dense(folder)];

    private static FuzzSeed Ranker(string folder, IDocumentScorer? second)
    {
        var path = Path.Combine(folder, "ranker");
        using (var ranker = Context.Ranking.CreateRanker(new RankerOptions { Fields = 2, FirstStage = { Feedback = second is null ? new() : null } }, second))
        {
            Array.ForEach(Documents, document => ranker.Add(document.Id, document.Texts));
            ranker.Save(path);
        }
        var file = File.ReadAllBytes(path);
        return new FuzzSeed(second is null ? "ranker" : "stages", file, random => RankerChanged(file, random), input =>
        {
            File.WriteAllBytes(path, input);
            Sequence.Ranker? read = null;
            if (!Refusal.Reads(() => read = Context.Ranking.LoadRanker(path, second), path, typeof(FormatException)))
            {
                return false;
            }
            using (read)
            {
                Use(read!);
            }
            return true;
        });
    }

    private static void Use(Ranker ranker)
    {
        foreach (var query in new[] { "heat of wings", "flow", "elsewhere" })
        {
            Answers.Finite("Score", ranker.Rank(query, 3).Select(document => document.Score).ToArray());
        }
        if (ranker.Count > 1)
        {
            ranker.Remove(ranker.Rank("wings flow heat", 1) is [var first] ? first.Id : "");
            ranker.Rank("heat of wings", 3);
        }
    }

    private static FuzzSeed Dense(string folder)
    {
        var path = Path.Combine(folder, "dense");
        using (var index = new DenseIndex(6, "an encoder"))
        {
            var random = new Random(1);
            for (var row = 0; row < 5; row++)
            {
                index.Add($"d{row}", [.. Enumerable.Range(0, 6).Select(_ => random.NextSingle() - 0.5f)]);
            }
            index.Save(path);
        }
        var file = File.ReadAllBytes(path);
        return new FuzzSeed("dense", file, random => DenseChanged(file, random), input =>
        {
            File.WriteAllBytes(path, input);
            DenseIndex? read = null;
            if (!Refusal.Reads(() => read = DenseIndex.Load(path), path, typeof(FormatException)))
            {
                return false;
            }
            using (read)
            {
                var query = new float[read!.Dimensions];
                query[0] = 1;
                Answers.Finite("Score", read.Search(query, 3).Select(match => match.Score).ToArray());
            }
            return true;
        });
    }

    private static byte[] RankerChanged(byte[] file, Random random)
    {
        if (random.Next(8) == 0)
        {
            return FileChange.Drawn(file, random);
        }
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(Checked));
        var (json, tensors) = (file[(Checked + 8)..(Checked + 8 + length)], file[(Checked + 8 + length)..]);
        var what = random.Next(10);
        if (what < 4)
        {
            json = Json(json, random);
        }
        if (what >= 3)
        {
            tensors = TensorChange.Drawn(tensors, random);
        }
        var told = random.Next(16) == 0 ? random.NextInt64(-1, long.MaxValue) : json.Length;
        return Sealed(file, [.. BitConverter.GetBytes(told), .. json, .. tensors]);
    }

    private static byte[] DenseChanged(byte[] file, Random random)
    {
        if (random.Next(8) == 0)
        {
            return FileChange.Drawn(file, random);
        }
        var tensors = file[Checked..];
        return Sealed(file, random.Next(3) == 0 ? TensorChange.With(tensors, Names, names => Json(names, random)) : TensorChange.Drawn(tensors, random));
    }

    private static byte[] Sealed(byte[] file, byte[] content) => [.. file.AsSpan(0, Letters), .. SHA256.HashData(content), .. content];

    private static byte[] Json(byte[] json, Random random)
    {
        if (random.Next(6) == 0)
        {
            return FileChange.Drawn(json, random);
        }
        var root = JsonNode.Parse(json)!;
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            JsonChange.Drawn(root, random).Apply(root);
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private sealed class Second : IDocumentScorer
    {
        public string Fingerprint => "lengths";

        public float[] Score(string query, IReadOnlyList<string> documents) => [.. documents.Select(document => (float)document.Length)];
    }
}
