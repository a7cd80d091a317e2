namespace PluginHost;

/// <summary>Who looks for a plug-in's native libraries first.</summary>
internal enum NativeLoading
{
    Runtime,
    Host,
}
