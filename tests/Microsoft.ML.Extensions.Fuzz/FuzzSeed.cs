namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>A valid file of a kind, how it is changed, and what is done with what comes of it.</summary>
/// <param name="Name">Its name, a part of the names of files kept in the corpus.</param>
/// <param name="File">The file.</param>
/// <param name="Change">The file changed: the same for the same random numbers.</param>
/// <param name="Try">
/// Reads a file and uses what was read. True where it was taken and gave valid answers, false where it was refused as documented; any
/// exception is a finding.
/// </param>
internal sealed record FuzzSeed(string Name, byte[] File, Func<Random, byte[]> Change, Func<byte[], bool> Try);
