using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Persistence;
using TorchSharp;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// An index as a safetensors file: ids, terms, and each document's terms with their frequencies. The postings are rebuilt from them.
/// </summary>
internal static class IndexTensors
{
    private const string Ids = "ids";
    private const string Terms = "terms";
    private const string DocumentEnds = "documents.ends";
    private const string DocumentTerms = "documents.terms";
    private const string Frequencies = "documents.frequencies";
    private const string Ends = ".ends";
    private const string Vectors = "vectors";
    private const string VectorIds = "vectors.ids";

    /// <summary>The file's bytes.</summary>
    /// <param name="index">The index.</param>
    /// <param name="texts">Additional texts by name.</param>
    /// <param name="vectors">The ids of documents with vectors, and their numbers; null without vectors.</param>
    public static byte[] Write(
        InvertedIndex index, IEnumerable<(string Name, IReadOnlyList<string> Texts)> texts, (IReadOnlyList<string> Ids, float[] Numbers)? vectors = null)
    {
        using var scope = torch.NewDisposeScope();
        var documents = Enumerable.Range(0, index.Numbers).Where(index.IsAlive).Select(index.Terms).ToArray();
        var places = documents.SelectMany(document => document.Terms).Distinct().Select((term, place) => (term, place))
            .ToDictionary(pair => pair.term, pair => pair.place);
        var ends = new long[documents.Length];
        for (var i = 0; i < documents.Length; i++)
        {
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + documents[i].Terms.Length;
        }
        return Safetensors.Write(
        [
            .. Tensors(Ids, [.. index.Ids]),
            .. Tensors(Terms, [.. places.OrderBy(pair => pair.Value).Select(pair => index.Term(pair.Key))]),
            (DocumentEnds, torch.tensor(ends)),
            (DocumentTerms, torch.tensor(documents.SelectMany(document => document.Terms).Select(term => places[term]).ToArray())),
            (Frequencies, torch.tensor(documents.SelectMany(document => document.Frequencies).ToArray())),
            .. texts.SelectMany(pair => Tensors(pair.Name, pair.Texts)),
            .. vectors is { } kept ? Tensors(VectorIds, kept.Ids).Append((Vectors, torch.tensor(kept.Numbers))) : [],
        ]);
    }

    /// <summary>The index of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fields">The number of fields of its documents.</param>
    /// <param name="texts">The names of additional texts, of which each document has one.</param>
    /// <param name="hasVectors">Whether there are vectors.</param>
    /// <exception cref="FormatException">Something is missing or unknown, or sizes, numbers or ids contradict each other.</exception>
    public static (InvertedIndex Index, string[][] Texts, (string[] Ids, float[] Numbers)? Vectors) Read(
        byte[] file, int fields, IReadOnlyList<string> texts, bool hasVectors = false)
    {
        var tensors = SafetensorsHeader.Read(file).ToDictionary(entry => entry.Name);
        CheckNames(tensors.Keys, [Ids, Ids + Ends, Terms, Terms
            + Ends, DocumentEnds, DocumentTerms, Frequencies, .. texts, .. texts.Select(name => name + Ends),
            .. hasVectors ? [Vectors, VectorIds, VectorIds + Ends] : Array.Empty<string>()]);
        var ids = Table(Ids);
        var terms = Table(Terms);
        var ends = Values<long>(DocumentEnds, torch.ScalarType.Int64);
        var numbers = Values<int>(DocumentTerms, torch.ScalarType.Int32);
        var frequencies = Values<int>(Frequencies, torch.ScalarType.Int32);
        Check(ids.Distinct(StringComparer.Ordinal).Count() == ids.Length && !ids.Contains(""), "ids are empty or come twice");
        Check(terms.Distinct(StringComparer.Ordinal).Count() == terms.Length && !terms.Contains(""), "terms are empty or come twice");
        Check(ends.Length == ids.Length, $"it has {ids.Length} ids and {ends.Length} documents");
        Check(frequencies.Length == (long)numbers.Length * fields,
            $"it has {frequencies.Length} frequencies of {numbers.Length} terms in {fields} fields");
        Check((ends.Length == 0 ? 0 : ends[^1]) == numbers.Length, $"its documents do not have the {numbers.Length} terms that there are");
        var index = new InvertedIndex(fields);
        foreach (var term in terms)
        {
            index.NumberOf(term);
        }
        for (var i = 0; i < ids.Length; i++)
        {
            var start = i == 0 ? 0 : ends[i - 1];
            Check(start <= ends[i] && ends[i] <= numbers.Length, $"document '{ids[i]}' ends before it begins");
            var document = new DocumentTerms(
                numbers[(int)start..(int)ends[i]].ToArray(), frequencies[((int)start * fields)..((int)ends[i] * fields)].ToArray());
            CheckDocument(ids[i], document, terms.Length, fields);
            index.Append(ids[i], document);
        }
        var read = texts.Select(Table).ToArray();
        Check(read.All(table => table.Length == ids.Length), "not every document has its texts");
        (string[] Ids, float[] Numbers)? vectors = hasVectors ? (Table(VectorIds), Values<float>(Vectors, torch.ScalarType.Float32).ToArray()) : null;
        Check(vectors?.Ids.Except(ids).Any() != true, "it has vectors of documents that are not there");
        return (index, read, vectors);

        string[] Table(string name) =>
            TextTable.Read(name, Values<byte>(name, torch.ScalarType.Byte), Values<long>(name + Ends, torch.ScalarType.Int64));

        ReadOnlySpan<T> Values<T>(string name, torch.ScalarType type)
            where T : unmanaged
        {
            var entry = tensors[name];
            Check(entry.Type.Type == type
                && entry.Shape.Length == 1, $"'{name}' is {entry.Type.Name}[{string.Join(", ", entry.Shape)}], and should be {type}[n]");
            return MemoryMarshal.Cast<byte, T>(file.AsSpan((int)entry.Start, (int)entry.Length));
        }
    }

    private static void CheckDocument(string id, DocumentTerms document, int terms, int fields)
    {
        Check(document.Terms.Distinct().Count() == document.Terms.Length
            && document.Terms.All(term => term >= 0 && term < terms), $"document '{id}' has a term twice, or one that is not there");
        for (var place = 0; place < document.Terms.Length; place++)
        {
            var frequencies = document.Of(place, fields);
            Check(!frequencies.ContainsAnyExceptInRange(0, int.MaxValue)
                && frequencies.ContainsAnyExcept(0), $"document '{id}' has a term less often than once");
        }
        Check(document.Frequencies.Sum(frequency => (long)frequency) <= int.MaxValue,
            $"document '{id}' has more than {int.MaxValue} words");
    }

    private static void CheckNames(IEnumerable<string> found, string[] wanted)
    {
        var (missing, unknown) = (wanted.Except(found).ToArray(), found.Except(wanted).ToArray());
        Check(missing.Length == 0, $"'{string.Join("', '", missing)}' is missing");
        Check(unknown.Length == 0, $"'{string.Join("', '", unknown)}' is unknown");
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new FormatException($"The index cannot be read: {what}.");
        }
    }

    private static IEnumerable<(string Name, torch.Tensor Value)> Tensors(string name, IReadOnlyList<string> texts)
    {
        var table = TextTable.Of(texts);
        return [(name, torch.tensor(table.Bytes)), (name + Ends, torch.tensor(table.Ends))];
    }
}
