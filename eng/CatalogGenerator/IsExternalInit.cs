namespace System.Runtime.CompilerServices;

// Records need it, and netstandard2.0 lacks it.
internal static class IsExternalInit;
