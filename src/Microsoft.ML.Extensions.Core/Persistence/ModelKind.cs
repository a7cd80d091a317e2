using System.Reflection;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>The entry by which ML.NET finds the loader of a saved model: frozen once released, for it is in every model file.</summary>
/// <param name="Signature">Eight ASCII characters that mark the file's content.</param>
/// <param name="Loader">The name under which the assembly registers its loader: unique over all assemblies, at most 24 characters.</param>
/// <param name="Assembly">The assembly that registers the loader.</param>
internal sealed record ModelKind(string Signature, string Loader, Assembly Assembly);
