using System.Text.Json;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The file of a <see cref="SymbolTokenizer"/>; its names are frozen.</summary>
/// <param name="Symbols">The vocabulary in the order of its tokens.</param>
/// <param name="Separator">The separator of symbols: nothing, or a space.</param>
/// <param name="First">The symbol that begins every row, if one does.</param>
/// <param name="Last">The symbol that ends every row, if one does.</param>
internal sealed record SymbolFile(IReadOnlyList<string> Symbols, string Separator, string? First, string? Last)
{
    public const string Name = "vocabulary.json";

    private const int FormatVersion = 1;

    /// <exception cref="FormatException">The file is damaged or of another version.</exception>
    public static SymbolTokenizer Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            var envelope = JsonSerializer.Deserialize<Envelope>(GivenFile.ReadText(path), ModelEntry.Json);
            return envelope is not { Vocabulary: { Symbols: not null, Separator: "" or " " } file }
                ? throw new FormatException($"'{path}' holds no vocabulary.")
                : envelope.Version != FormatVersion ? throw new FormatException(
                    $"'{path}' has format version {envelope.Version}, and this version of Microsoft.ML.Extensions reads {FormatVersion}; update the package.")
                : new SymbolTokenizer(file.Symbols, file.Separator, file.First, file.Last);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException($"'{path}' is damaged: {e.Message}", e);
        }
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(new Envelope(FormatVersion, this), ModelEntry.Json);

    private sealed record Envelope(int Version, SymbolFile Vocabulary);
}
