using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Model files: descriptions and weights changed under checksums that agree, and zips changed as they are.</summary>
internal static class ModelSeeds
{
    private const string Key = "Model.key";

    // A window of a forecast and what it foretells are among them.
    private const int Rows = 20;

    private static readonly MLContext Context = new(1);

    // The exceptions by which ML.NET refuses a file whose own entries are damaged.
    private static readonly Type[] OfMLNet =
        [typeof(FormatException), typeof(InvalidDataException), typeof(InvalidOperationException), typeof(ArgumentException), typeof(NotSupportedException), typeof(IOException)];

    public static IReadOnlyList<FuzzSeed> Networks(string folder) => Of(name => name.StartsWith("network", StringComparison.Ordinal)
        || name.StartsWith("stream", StringComparison.Ordinal) || name.StartsWith("forecast", StringComparison.Ordinal));

    public static IReadOnlyList<FuzzSeed> Bases(string folder) => Of(name => name.StartsWith("base", StringComparison.Ordinal));

    public static IReadOnlyList<FuzzSeed> Rankings(string folder) => Of(name => name.StartsWith("ranking", StringComparison.Ordinal));

    public static IReadOnlyList<FuzzSeed> Transforms(string folder) => Of(name => name.StartsWith("transform", StringComparison.Ordinal));

    public static IReadOnlyList<FuzzSeed> Circuits(string folder) => Of(name => name.StartsWith("circuit", StringComparison.Ordinal));

    /// <summary>ML.NET's schema is left as it is: it reads one for ever where the number of a vector's dimensions is damaged.</summary>
    public static IReadOnlyList<FuzzSeed> Zips(string folder) => [.. SeedModels.All.Select(model =>
    {
        var file = File.ReadAllBytes(model.Path);
        var data = model.Data(Context);
        var schema = ModelFile.Schema(file).Start;
        return new FuzzSeed(
            model.Name, file, random => [.. FileChange.Drawn(file[..schema], random), .. file.AsSpan(schema)],
            input => Try(input, data, e => OfMLNet.Any(type => type.IsInstanceOfType(e))));
    })];

    private static FuzzSeed[] Of(Func<string, bool> wanted) => [.. SeedModels.All.Where(model => wanted(model.Name)).Select(model =>
    {
        var parts = new Parts(File.ReadAllBytes(model.Path));
        var data = model.Data(Context);
        return new FuzzSeed(model.Name, parts.File, parts.Changed, input => Try(input, data, _ => false));
    })];

    private static bool Try(byte[] file, IDataView data, Func<Exception, bool> alsoRefused)
    {
        ITransformer model;
        try
        {
            model = ModelFile.Load(Context, file);
        }
        catch (Exception e) when (Refusal.Within<FormatException>(e) || alsoRefused(e) || e.InnerException is { } inner && alsoRefused(inner))
        {
            return false;
        }
        try
        {
            Answers.Check(model.Transform(Context.Data.TakeRows(data, Rows)), data.Schema);
        }
        catch (Exception e) when (IsOfData(e) || alsoRefused(e))
        {
            // The data have no column of that name, type or size, or a row's score is no number: the first scoring says so.
        }
        finally
        {
            (model as IDisposable)?.Dispose();
        }
        return true;
    }

    private static bool IsOfData(Exception e) => e is InvalidDataException || e.GetType() == typeof(ArgumentException) || e.GetType() == typeof(ArgumentOutOfRangeException)
        || (e is InvalidOperationException && e.Message.Contains("row ", StringComparison.OrdinalIgnoreCase));

    /// <summary>The entries of a model file, one of the pack's own among them chosen anew for each change.</summary>
    private sealed class Parts(byte[] file)
    {
        private readonly Dictionary<string, byte[]> _entries = ModelFile.Entries(file);

        public byte[] File => file;

        public byte[] Changed(Random random)
        {
            var entries = new Dictionary<string, byte[]>(_entries);
            var own = entries.Keys.Where(name => name.EndsWith(ModelFile.Description, StringComparison.Ordinal)).ToArray();
            var description = own[random.Next(own.Length)];
            var weights = description[..^ModelFile.Description.Length] + ModelFile.Weights;
            var what = random.Next(20);
            if (what < 13 || !entries.ContainsKey(weights))
            {
                Replace(entries, description, Description(entries[description], random));
            }
            if (what >= 12 && entries.TryGetValue(weights, out var tensors))
            {
                Replace(entries, weights, TensorChange.Drawn(tensors, random));
            }
            return ModelFile.Pack(entries);
        }

        private static byte[] Description(byte[] json, Random random)
        {
            if (random.Next(20) == 0)
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

        private static void Replace(Dictionary<string, byte[]> entries, string name, byte[] content)
        {
            var keyName = name[..(name.LastIndexOfAny(['/', '\\']) + 1)] + Key;
            var key = entries[keyName].ToArray();
            SHA256.HashData(content).CopyTo(key, key.AsSpan().IndexOf(SHA256.HashData(entries[name])));
            (entries[keyName], entries[name]) = (key, content);
        }
    }
}
